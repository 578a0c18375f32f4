using System.Net.Sockets;

namespace FastSockets.Transport.Tests.Protocol;

/// <summary>What connections of one link let through of one another.</summary>
public sealed class TurnsTests : TwoEnds
{
    [Fact]
    public void SmallMessage_BesideABulkStream_IsPostedAtOnce_BehindOneSlab()
    {
        Connection bulk = Open(), small = Open();
        TakeTurns(bulk, small);
        ValueTask<int> sending = bulk.SendAsync(new byte[40 * SlabSize]);
        for (int round = 0; round < 20; round++)
        {
            Assert.InRange(_near.QueuePair.BytesOnTheWay, SlabSize, SlabSize + 100);
            int before = _near.QueuePair.OnTheWay;
            Assert.Equal(64, small.TrySend(new byte[64]));
            Assert.Equal(before + 1, _near.QueuePair.OnTheWay);
            Settle(messages: before + 1);
        }

        Settle();
        Assert.True(sending.IsCompleted);
    }

    [Fact]
    public void ShortMessages_HoweverMany_LeaveABulkStreamItsTurn()
    {
        const int Short = SlabSize / 16, Count = 40;
        Connection bulk = Open(), small = Open();
        TakeTurns(bulk, small);
        for (int i = 0; i < Count; i++)
            Assert.Equal(Short, small.TrySend(new byte[Short]));

        ValueTask<int> sending = bulk.SendAsync(new byte[4 * SlabSize]);
        Assert.Equal((Count * Short) + SlabSize, _near.QueuePair.BytesOnTheWay);
        Settle();
        Assert.True(sending.IsCompleted);
    }

    [Fact]
    public void SendThatDoesNotWait_BehindABulkStream_TakesAPart_AsItWasSaidToBeReady()
    {
        Connection bulk = Open(), other = Open();
        TakeTurns(bulk, other);
        ValueTask<int> sending = bulk.SendAsync(new byte[4 * SlabSize]);
        Assert.True(other.IsReady(SelectMode.SelectWrite));
        Assert.Equal(SlabSize, other.TrySend(new byte[3 * SlabSize]));
        Assert.False(other.IsReady(SelectMode.SelectWrite));
        Settle();
        Assert.True(sending.IsCompleted && other.IsReady(SelectMode.SelectWrite));
    }

    /// <summary>Both have sent short messages of late.</summary>
    private void TakeTurns(Connection one, Connection other)
    {
        for (int turn = 0; turn < 2; turn++)
        {
            Assert.Equal(10, one.TrySend(new byte[10]));
            Assert.Equal(10, other.TrySend(new byte[10]));
        }

        Settle();
    }

    [Fact]
    public void BulkStreams_OnOneLink_GetTheSame()
    {
        Connection[] senders = [Open(), Open(), Open()];
        foreach (Connection sender in senders)
            _ = sender.SendAsync(new byte[50 * SlabSize]);

        Settle(messages: 60);
        int[] arrived = [.. Enumerable.Range(0, 3).Select(_ => Accepted().Available)];
        Assert.InRange(arrived.Max() - arrived.Min(), 0, 9 * SlabSize);
        Assert.InRange(arrived.Min(), 8 * SlabSize, int.MaxValue);
    }

    [Fact]
    public void BulkStreams_WithNobodyElse_FillTheWire()
    {
        Connection[] senders = [Open(), Open()];
        foreach (Connection sender in senders)
            _ = sender.SendAsync(new byte[40 * SlabSize]);

        for (int round = 0; round < 20; round++)
        {
            Assert.InRange(_near.QueuePair.BytesOnTheWay, 7 * SlabSize, 9 * SlabSize);
            Settle(messages: 1);
        }
    }

    [Fact]
    public void BulkStream_Alone_IsBoundedByItsWindowOnly()
    {
        Connection bulk = Open();
        _ = bulk.SendAsync(new byte[40 * SlabSize]);
        Assert.Equal(40 * SlabSize, _near.QueuePair.BytesOnTheWay);
    }
}
