using FastSockets.Transport.Tests.Simulation;

namespace FastSockets.Transport.Tests.Protocol;

/// <summary>Which links count as busy.</summary>
public sealed class LoadTests : TwoEnds
{
    private static readonly byte[] s_bulk = new byte[40 * SlabSize];

    [Fact]
    public void Link_WithDataWaitingAtHalfOfTheLooks_IsBusy_AndSoonNoMore()
    {
        ValueTask<int> sending = Open().SendAsync(s_bulk);
        Tick(_near);
        Assert.False(_near.Link.IsBusy);
        Tick(_near);
        Assert.True(_near.Link.IsBusy);

        Settle();
        Assert.True(sending.IsCompleted);
        Tick(_near, times: 2);
        Assert.True(_near.Link.IsBusy);
        Tick(_near);
        Assert.False(_near.Link.IsBusy);
    }

    [Fact]
    public void Link_WithTurnsToWaitFor_IsBusy()
    {
        Connection[] senders = [Open(), Open()];
        foreach (Connection sender in senders)
            _ = sender.SendAsync(s_bulk);

        for (int look = 0; look < 2; look++)
        {
            Settle(messages: 10);
            Tick(_near);
        }

        Assert.True(_near.Link.IsBusy);
    }

    [Fact]
    public void Link_WithOneBurst_IsNotBusy()
    {
        _ = Open().SendAsync(s_bulk);
        Tick(_near);
        Settle();
        for (int look = 0; look < 8; look++)
        {
            Tick(_near);
            Assert.False(_near.Link.IsBusy);
        }
    }

    [Fact]
    public void Link_WithManyIdleConnections_IsNotBusy()
    {
        for (int i = 0; i < 2000; i++)
        {
            Open();
            Accepted();
            if (i % 100 == 0)
                TickBoth();

            Assert.False(_near.Link.IsBusy);
            Assert.False(_far.Link.IsBusy);
        }

        Assert.Equal(2000, _near.Link.ConnectionCount);
    }

    [Fact]
    public void Link_ThatKeepsUpWithShortMessages_IsNotBusy()
    {
        Connection connection = Open();
        for (int look = 0; look < 8; look++)
        {
            for (int i = 0; i < 30; i++)
            {
                Assert.Equal(100, connection.TrySend(new byte[100]));
                Settle();
            }

            TickBoth();
            Assert.False(_near.Link.IsBusy);
            Assert.False(_far.Link.IsBusy);
        }
    }

    [Fact]
    public void Link_WhosePeerUsesUpItsCredits_IsBusy_AndSoonNoMore()
    {
        Connection sender = Open(), receiver = Accepted();
        byte[] buffer = new byte[s_bulk.Length];
        for (int look = 0; look < 2; look++)
        {
            Assert.False(_far.Link.IsBusy);
            for (int i = 0; i < 2; i++)
            {
                _ = sender.SendAsync(s_bulk);
                Settle();
                for (int at = 0; at < buffer.Length;)
                    at += receiver.TryReceive(buffer.AsSpan(at));

                Settle();
            }

            Tick(_far);
        }

        Assert.True(_far.Link.IsBusy);
        Tick(_far, times: 3);
        Assert.False(_far.Link.IsBusy);
    }

    private void TickBoth()
    {
        Tick(_near);
        Tick(_far);
    }

    private static void Tick(SimulatedHost host, int times = 1)
    {
        for (int i = 0; i < times; i++)
            host.Tick(0);
    }
}
