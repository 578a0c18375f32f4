using System.Diagnostics;
using System.Net.Sockets;

namespace FastSockets.Sockets.Tests.Contract;

/// <summary>Timeouts, cancellation, and sockets that do not wait.</summary>
public abstract class WaitContract<TFixture> : ContractBase<TFixture>
    where TFixture : SocketFixture, new()
{
    /// <summary>More than any two ends buffer between them.</summary>
    private static readonly byte[] s_tooMuch = new byte[64 << 20];

    [Theory(Timeout = LimitMilliseconds)]
    [InlineData(SocketFlags.None, 1)]
    [InlineData(SocketFlags.Peek, 1)]
    [InlineData(SocketFlags.None, 0)]
    public async Task Receive_NothingWithinTheTimeout_TimedOut(SocketFlags flags, int size)
    {
        (ISocket client, ISocket server) = await ConnectedAsync();
        server.ReceiveTimeout = 150;
        long start = Stopwatch.GetTimestamp();

        SocketError error = await OnThread(() => ErrorOf(() => server.Receive(new byte[size], flags)));

        Assert.Equal(SocketError.TimedOut, error);
        Assert.True(Stopwatch.GetElapsedTime(start).TotalMilliseconds >= 140);
        Assert.True(server.Connected);
        await Bounded(client.SendAsync(new byte[] { 3 }, Token));
        byte[] buffer = new byte[1];
        Assert.Equal(1, await OnThread(() => server.Receive(buffer)));
        Assert.Equal(3, buffer[0]);
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Send_PeerDoesNotRead_TimedOut()
    {
        (ISocket client, _) = await ConnectedAsync();
        client.SendTimeout = 150;

        Assert.Equal(SocketError.TimedOut, await OnThread(() => ErrorOf(() => client.Send(s_tooMuch))));
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Receive_NonBlocking_WouldBlockUntilDataOrEnd()
    {
        (ISocket client, ISocket server) = await ConnectedAsync();
        server.Blocking = false;
        byte[] buffer = new byte[4];

        Assert.Equal(SocketError.WouldBlock, ErrorOf(() => server.Receive(buffer)));
        Assert.Equal(SocketError.WouldBlock, ErrorOf(() => server.Receive([])));
        Assert.Equal(SocketError.WouldBlock, ErrorOf(() => server.Receive(buffer, SocketFlags.Peek)));
        Assert.Equal(0, server.Receive(buffer, SocketFlags.None, out SocketError error));
        Assert.Equal(SocketError.WouldBlock, error);
        Assert.True(server.Connected);

        await Bounded(client.SendAsync(new byte[] { 1, 2 }, Token));
        Assert.Equal(2, await Poll(() => server.Receive(buffer, SocketFlags.Peek, out _)));
        Assert.Equal(2, server.Receive(buffer, SocketFlags.None, out error));
        Assert.Equal(SocketError.Success, error);

        client.Shutdown(SocketShutdown.Send);
        do
        {
            Assert.Equal(0, server.Receive(buffer, SocketFlags.None, out error));
            await Task.Delay(5, Token);
        }
        while (error == SocketError.WouldBlock);
        Assert.Equal(SocketError.Success, error);
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Send_NonBlocking_WouldBlockWhenFullAndLosesNothing()
    {
        (ISocket client, ISocket server) = await ConnectedAsync();
        client.Blocking = false;
        long sent = 0;
        SocketError error;
        do
            sent += client.Send(s_tooMuch, SocketFlags.None, out error);
        while (error == SocketError.Success);
        Assert.Equal(SocketError.WouldBlock, error);
        Assert.Equal(SocketError.WouldBlock, ErrorOf(() => SendUntilFull(client, ref sent)));
        Assert.InRange(sent, 1, 64L << 20);

        client.Shutdown(SocketShutdown.Send);
        long received = 0;
        byte[] buffer = new byte[1 << 20];
        while (await Bounded(server.ReceiveAsync(buffer, SocketFlags.None, Token)) is > 0 and int more)
            received += more;

        Assert.Equal(sent, received);
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Async_NonBlockingSocket_WaitsAllTheSame()
    {
        (ISocket client, ISocket server) = await ConnectedAsync();
        server.Blocking = false;
        Task<int> receiving = Bounded(server.ReceiveAsync(new byte[1], SocketFlags.None, Token));
        await LetItWait();
        Assert.False(receiving.IsCompleted);

        await Bounded(client.SendAsync(new byte[1], Token));

        Assert.Equal(1, await receiving);
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task ReceiveAsync_Cancelled_OperationCanceledAndNothingLost()
    {
        (ISocket client, ISocket server) = await ConnectedAsync();
        using var cancel = new CancellationTokenSource();
        Task<int> receiving = server.ReceiveAsync(new byte[4], SocketFlags.None, cancel.Token).AsTask();
        await LetItWait();
        Assert.False(receiving.IsCompleted);

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Bounded(receiving));
        Assert.True(server.Connected);
        await Bounded(client.SendAsync(new byte[] { 1, 2, 3 }, Token));
        Assert.Equal((byte[])[1, 2, 3], await ReceiveExactly(server, 3));
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task SendAsync_CancelledWhilePeerDoesNotRead_OperationCanceled()
    {
        (ISocket client, _) = await ConnectedAsync();
        using var cancel = new CancellationTokenSource();
        Task<int> sending = client.SendAsync(s_tooMuch, cancel.Token).AsTask();
        await LetItWait();
        Assert.False(sending.IsCompleted);

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Bounded(sending));
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Async_TokenCancelledBefore_OperationCanceledAndNothingTaken()
    {
        (ISocket client, ISocket server) = await ConnectedAsync();
        var cancelled = new CancellationToken(canceled: true);
        await Bounded(client.SendAsync(new byte[] { 1 }, Token));
        Assert.Equal(0, await Bounded(server.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None, Token)));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => Bounded(server.ReceiveAsync(new byte[1], SocketFlags.None, cancelled)));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => Bounded(client.SendAsync(new byte[] { 2 }, cancelled)));
        await Bounded(client.SendAsync(new byte[] { 3 }, Token));

        Assert.Equal((byte[])[1, 3], await ReceiveExactly(server, 2));
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Async_TimeoutsSet_DoNotApply()
    {
        (ISocket client, ISocket server) = await ConnectedAsync();
        server.ReceiveTimeout = 50;
        Task<int> receiving = Bounded(server.ReceiveAsync(new byte[1], SocketFlags.None, Token));
        await Task.Delay(200, Token);
        Assert.False(receiving.IsCompleted);

        await Bounded(client.SendAsync(new byte[1], Token));

        Assert.Equal(1, await receiving);
    }

    private static void SendUntilFull(ISocket socket, ref long sent)
    {
        // The kernel may free a little space between two calls, but not without end.
        for (int i = 0; i < 1000; i++)
            sent += socket.Send(s_tooMuch);
    }

    private static async Task<int> Poll(Func<int> receive)
    {
        while (true)
        {
            if (receive() is > 0 and int received)
                return received;
            await Task.Delay(5, Token);
        }
    }
}
