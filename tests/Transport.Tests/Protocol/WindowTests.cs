namespace FastSockets.Transport.Tests.Protocol;

/// <summary>How much may arrive unasked.</summary>
public sealed class WindowTests : TwoEnds
{
    private const int Small = 3000;

    [Fact]
    public void Window_SetBeforeOpening_BoundsWhatArrives_AndNeverGrows()
    {
        Connection near = Open(Small), far = Accepted();
        ValueTask<int> sending = far.SendAsync(new byte[100 * Small]);
        byte[] buffer = new byte[Small];
        for (int received = 0; received < 100 * Small;)
        {
            Settle();
            Assert.InRange(near.Available, 1, Small);
            received += near.TryReceive(buffer);
        }

        Settle();
        Assert.Equal(Small, near.ReceiveWindow);
        Assert.True(sending.IsCompleted);
    }

    /// <summary>Somebody has to take what the peer says, though nobody waits here for anything else.</summary>
    [Fact]
    public void Sender_WhosePeerDoesNotRead_IsKnownToTheHost_UntilItDoes()
    {
        Connection near = Open(Small), far = Accepted();
        Assert.Equal(0, _far.Unsent);
        _ = far.SendAsync(new byte[2 * Small]);
        Settle();
        Assert.Equal(1, _far.Unsent);
        Assert.Equal(Small, near.TryReceive(new byte[Small]));
        Settle();
        Assert.Equal(0, _far.Unsent);
    }

    [Fact]
    public void Window_MadeSmaller_LetsInWhatWasAnnounced_ThenLess()
    {
        Connection near = Open(4 * Small), far = Accepted();
        near.ReceiveWindow = Small;
        _ = far.SendAsync(new byte[100 * Small]);
        Settle();
        Assert.Equal(4 * Small, near.Available);
        byte[] buffer = new byte[4 * Small];
        for (int round = 0; round < 5; round++)
        {
            near.TryReceive(buffer);
            Settle();
        }

        Assert.Equal(Small, near.Available);
    }

    [Fact]
    public void Window_OfAFastReader_Grows_UpToItsBound()
    {
        Connection near = Open(), far = Accepted();
        int first = near.ReceiveWindow;
        _ = far.SendAsync(new byte[100 * first]);
        byte[] buffer = new byte[first / 2];
        for (int round = 0; round < 100; round++)
        {
            Settle();
            near.TryReceive(buffer);
        }

        Assert.Equal(near.ReceiveWindow, _near.Link.MaxWindow);
    }

    [Fact]
    public void Window_OfASlowReader_Stays()
    {
        Connection near = Open(), far = Accepted();
        int first = near.ReceiveWindow;
        _ = far.SendAsync(new byte[100 * first]);
        byte[] buffer = new byte[first / 2];
        for (int round = 0; round < 100; round++)
        {
            Settle();
            near.TryReceive(buffer);
            _near.Tick(round * 1000);
        }

        Assert.Equal(first, near.ReceiveWindow);
    }
}
