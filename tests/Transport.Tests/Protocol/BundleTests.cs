namespace FastSockets.Transport.Tests.Protocol;

/// <summary>Short messages that follow one another closely leave together.</summary>
public sealed class BundleTests : TwoEnds
{
    private const int Many = 2000;
    private const int First = 50;
    private const int Short = 10;

    [Fact]
    public void ShortMessages_ManyAtOnce_LeaveTogether_AndArriveInOrder()
    {
        Connection[] near = [Open(), Open(), Open()];
        Connection[] far = [Accepted(), Accepted(), Accepted()];
        byte[][] sent = SendInTurns(near, Many);
        Assert.InRange(_near.Link.Counters.SendsBundled, Many / 2, Many);
        Assert.InRange(_near.QueuePair.OnTheWay, 1, Many / 4);
        // The engine's thread posts the last of them.
        Settle();
        for (int i = 0; i < near.Length; i++)
            Assert.Equal(sent[i], ReadAll(far[i]));

        Assert.Equal(0, _near.Link.Counters.LinkStalls);
    }

    [Fact]
    public void ShortMessages_OfOneConnection_LeaveAsPlainData()
    {
        Connection near = Open(), far = Accepted();
        byte[][] sent = SendInTurns([near], Many);
        Settle();
        Assert.Equal(sent[0], ReadAll(far));
        // One entry for each would have been copied on arrival.
        Assert.InRange(_far.Link.Counters.BytesSpilled, 0, Many * Short / 2);
    }

    [Fact]
    public void ShortMessages_NowAndThen_GoAtOnce()
    {
        Connection near = Open();
        for (int period = 0; period < 50; period++)
        {
            for (int i = 0; i < 25; i++)
            {
                int before = _near.QueuePair.OnTheWay;
                Assert.Equal(Short, near.TrySend(new byte[Short]));
                Assert.Equal(before + 1, _near.QueuePair.OnTheWay);
            }

            Settle();
            _near.Tick(period * 500);
        }

        Assert.Equal(0, _near.Link.Counters.SendsBundled);
    }

    [Fact]
    public void LongMessage_GoesBehindTheBundleBeforeIt()
    {
        Connection near = Open(), far = Accepted();
        byte[][] sent = SendInTurns([near], Many);
        byte[] rest = new byte[SlabSize];
        rest.AsSpan().Fill(7);
        Assert.Equal(rest.Length, near.TrySend(rest));
        Settle();
        Assert.Equal([.. sent[0], .. rest], ReadAll(far));
    }

    [Fact]
    public void Bundle_OfALinkThatFails_GivesItsSlabBack()
    {
        Connection near = Open();
        SendInTurns([near], Many);
        _near.Link.Enter();
        _near.Link.Fail("the test says so");
        _near.Link.Exit();
        _near.Link.OnQueuePairGone();
        Settle();
        Assert.Equal(_near.SendSlabs.Capacity, _near.SendSlabs.Available);
    }

    /// <summary>Sends without waiting, each connection in its turn; the first are taken before the others are sent.</summary>
    private byte[][] SendInTurns(Connection[] connections, int count)
    {
        var sent = new MemoryStream[connections.Length];
        for (int i = 0; i < sent.Length; i++)
            sent[i] = new MemoryStream();

        byte[] message = new byte[Short];
        for (int i = 0; i < count; i++)
        {
            if (i is First or 2 * First)
                Settle();

            message.AsSpan().Fill((byte)i);
            Assert.Equal(Short, connections[i % connections.Length].TrySend(message));
            sent[i % connections.Length].Write(message);
        }

        return [.. sent.Select(stream => stream.ToArray())];
    }

    private static byte[] ReadAll(Connection connection)
    {
        byte[] all = new byte[connection.Available];
        Assert.Equal(all.Length, connection.TryReceive(all));
        return all;
    }
}
