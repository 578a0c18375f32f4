namespace FastSockets.Transport.Tests.Protocol;

/// <summary>What tells a peer that is stopped from a host that is dead.</summary>
public sealed class PingTests : TwoEnds
{
    [Fact]
    public void Ping_OfAStoppedPeer_AsksItsDevice_HoweverOftenItHas()
    {
        // The peer's process takes nothing, so that no credits come back: its device answers all the same.
        for (int i = 0; i < 1000; i++)
        {
            _near.Link.Enter();
            _near.Link.Ping();
            _near.Link.Exit();
            Assert.True(_near.QueuePair.CanDeliver, $"ping {i} was not sent");
            Assert.True(_near.QueuePair.TryDeliver(_far.Device, _far.QueuePair.Number));
            uint before = _near.Link.Activity;
            _near.QueuePair.Acknowledge();
            _near.Reap(16);
            Assert.NotEqual(before, _near.Link.Activity);
        }

        Assert.Equal(0, _far.Device.CompletionCount);
    }

    [Fact]
    public void Send_ThatIsNotTaken_EndsTheLink_AfterThePatience_NotAtItsFirstTick()
    {
        // The clock counts from when the machine was started, long before the link.
        const long Now = 1_000_000, Patience = 40_000;
        _near.Link.Enter();
        _near.Link.Ping();
        _near.Link.Exit();

        _near.Tick(Now, Patience);
        _near.Tick(Now + Patience, Patience);
        Assert.False(_near.Link.HasEnded);

        _near.Tick(Now + Patience + 1, Patience);
        Assert.True(_near.Link.HasEnded);
    }
}
