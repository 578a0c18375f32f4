using FastSockets.Transport.Protocol;

namespace FastSockets.Transport.Tests.Protocol;

/// <summary>Bytes that nobody waits for this moment: another slab serves the peer where a reader keeps up, a copy where it does not.</summary>
public class KeepingUpTests : TwoEnds
{
    // Beyond the part of the credits that unread slabs may keep, and within the window.
    private const int Behind = 40 * SlabSize;

    [Fact]
    public void ReaderThatIsBehindForAMoment_GetsItsBytesWithOneCopy()
    {
        Connection sender = Open(), receiver = Accepted();
        for (int ticks = 1; ticks <= 3; ticks++)
            _far.Tick(ticks);

        KeepUp(sender, receiver);
        Pass(sender, receiver);
        Assert.Equal(0, receiver.Counters.BytesSpilled);
        Assert.Equal(0, _far.ReceiveSlabs.Lent);
        Assert.Equal(_far.Link.Grant, _far.ReceiveSlabs.Granted);
    }

    [Fact]
    public void ReaderThatStands_GivesTheSlabsUp()
    {
        Connection sender = Open(), receiver = Accepted();
        KeepUp(sender, receiver);
        Send(sender);
        Assert.NotEqual(0, _far.ReceiveSlabs.Lent);
        for (int ticks = 1; ticks <= 3; ticks++)
            _far.Tick(ticks);

        sender.TrySend(new byte[SlabSize]);
        Settle();
        Assert.Equal(0, _far.ReceiveSlabs.Lent);
        Assert.NotEqual(0, receiver.Counters.BytesSpilled);
        Assert.Equal(Behind + SlabSize, Read(receiver));
    }

    [Fact]
    public void ReaderThatHasNotReadYet_KeepsNoSlabsFromOthers()
    {
        Connection sender = Open(), receiver = Accepted();
        Send(sender);
        Assert.Equal(0, _far.ReceiveSlabs.Lent);
        Assert.NotEqual(0, receiver.Counters.BytesSpilled);
        Assert.Equal(Behind, Read(receiver));
    }

    [Fact]
    public void ResetWithUnreadBytes_GivesAllSlabsBack()
    {
        Connection sender = Open(), receiver = Accepted();
        KeepUp(sender, receiver);
        Send(sender);
        Assert.NotEqual(0, _far.ReceiveSlabs.Lent);
        receiver.Abort();
        Settle();
        Assert.Equal(0, _far.ReceiveSlabs.Lent);
        Assert.Equal(_far.ReceiveSlabs.Count, _far.Device.PostedReceives);
    }

    /// <summary>Some windows, of which little is ever unread.</summary>
    private void KeepUp(Connection sender, Connection receiver)
    {
        for (int rounds = 0; rounds < 64; rounds++)
        {
            for (int sent = 0; sent < 4; sent++)
                Assert.Equal(SlabSize, sender.TrySend(new byte[SlabSize]));

            Settle();
            Assert.Equal(4 * SlabSize, Read(receiver));
            Settle();
        }
    }

    private void Pass(Connection sender, Connection receiver)
    {
        for (int rounds = 0; rounds < 3; rounds++)
        {
            Send(sender);
            Assert.Equal(Behind, Read(receiver));
            Settle();
        }
    }

    private void Send(Connection sender)
    {
        for (int sent = 0; sent < Behind; sent += SlabSize)
            Assert.Equal(SlabSize, sender.TrySend(new byte[SlabSize]));

        Settle();
    }

    private static int Read(Connection receiver)
    {
        int all = 0;
        byte[] buffer = new byte[3 * SlabSize];
        for (int got; (got = receiver.TryReceive(buffer)) > 0;)
            all += got;

        return all;
    }
}
