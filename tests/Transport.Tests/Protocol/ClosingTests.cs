namespace FastSockets.Transport.Tests.Protocol;

/// <summary>When the answer to a close is a message of its own.</summary>
public sealed class ClosingTests : TwoEnds
{
    private readonly Connection _client;
    private readonly Connection _server;

    public ClosingTests() => (_client, _server) = (Open(), Accepted());

    [Fact]
    public void Close_IsAnswered_WithTheNextMessageThatGoesAnyway()
    {
        BothClose();
        Assert.False(_far.QueuePair.CanDeliver, "nobody waits for the answer");
        Assert.Equal((1, 1), (_near.Link.ConnectionCount, _far.Link.ConnectionCount));

        uint sent = _far.QueuePair.Posted;
        Open();
        Assert.Equal(sent + 1, _far.QueuePair.Posted);
        Assert.Equal((1, 1), (_near.Link.ConnectionCount, _far.Link.ConnectionCount));
    }

    [Fact]
    public void Close_IsAnswered_AtTheNextTick()
    {
        BothClose();
        _far.Tick(500);
        Settle();
        Assert.Equal((0, 0), (_near.Link.ConnectionCount, _far.Link.ConnectionCount));
    }

    [Fact]
    public void Close_IsAnsweredAtOnce_WhereTheAnsweringEndLingers()
    {
        BothClose();
        Assert.False(_server.WaitUntilSent(timeout: 0));
        Settle();
        Assert.Equal((0, 0), (_near.Link.ConnectionCount, _far.Link.ConnectionCount));
    }

    [Fact]
    public void Close_IsAnswered_BeforeAProcessEnds()
    {
        BothClose();
        _far.Link.CloseAll();
        Settle();
        Assert.Equal((0, 0), (_near.Link.ConnectionCount, _far.Link.ConnectionCount));
    }

    [Fact]
    public void Shutdown_IsAnsweredAtOnce_ForThePeerMayWaitForTheEnd()
    {
        _client.ShutdownSend();
        Settle();
        _server.Dispose();
        Settle();
        Assert.Equal(0, _client.TryReceive(new byte[1]));
        Assert.Equal((0, 0), (_near.Link.ConnectionCount, _far.Link.ConnectionCount));
    }

    [Fact]
    public void Link_ThatEnds_WithAnAnswerOwed_LosesNoConnection()
    {
        BothClose();
        _far.Link.Enter();
        _far.Link.Fail("the test ends it");
        _far.Link.Leave();
        Assert.Equal(0, _far.Link.ConnectionCount);
        Assert.Equal(0, _far.LostConnections);
    }

    private void BothClose()
    {
        _client.Dispose();
        Settle();
        Assert.Equal(0, _server.TryReceive(new byte[1]));
        _server.Dispose();
    }
}
