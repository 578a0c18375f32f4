using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace FastSockets.Sockets.Tests.Contract;

/// <summary>Ends, resets, and what closing does to calls that wait.</summary>
public abstract class CloseContract<TFixture> : ContractBase<TFixture>
    where TFixture : SocketFixture, new()
{
    private static readonly byte[] s_tooMuch = new byte[64 << 20];

    [Theory(Timeout = LimitMilliseconds)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ShutdownSend_PeerReadsToTheEndAndStillSends(bool clientFirst)
    {
        (ISocket a, ISocket b) = await ConnectedAsync();
        (ISocket first, ISocket second) = clientFirst ? (a, b) : (b, a);
        byte[] message = Bytes(100_000);
        await Bounded(first.SendAsync(message, Token));

        first.Shutdown(SocketShutdown.Send);

        Assert.Equal(message, await ReceiveExactly(second, message.Length));
        Assert.Equal(0, await OnThread(() => second.Receive(new byte[1])));
        Assert.Equal(0, await Bounded(second.ReceiveAsync(new byte[1], SocketFlags.None, Token)));
        await Bounded(second.SendAsync(message, Token));
        second.Shutdown(SocketShutdown.Send);
        Assert.Equal(message, await ReceiveExactly(first, message.Length));
        Assert.Equal(0, await OnThread(() => first.Receive(new byte[1])));
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task ShutdownSend_ThenSend_ShutdownError()
    {
        (ISocket client, _) = await ConnectedAsync();

        client.Shutdown(SocketShutdown.Send);
        client.Shutdown(SocketShutdown.Send);

        Assert.False(client.Connected);
        Assert.Null(client.RemoteEndPoint);
        Assert.NotNull(client.LocalEndPoint);
        Assert.Equal(SocketError.Shutdown, await OnThread(() => ErrorOf(() => client.Send(new byte[1]))));
        Assert.Equal(SocketError.Shutdown, await ErrorOf(() => Bounded(client.SendAsync(new byte[1], Token))));
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task ShutdownReceive_ReceiveReturnsZeroAndSendGoesOn()
    {
        (ISocket client, ISocket server) = await ConnectedAsync();
        Task<int> waiting = await Waiting(() => client.Receive(new byte[1]));

        client.Shutdown(SocketShutdown.Receive);

        Assert.Equal(0, await waiting);
        Assert.Equal(0, await OnThread(() => client.Receive(new byte[1])));
        Assert.False(client.Connected);
        await Bounded(client.SendAsync(new byte[] { 4 }, Token));
        Assert.Equal(4, Assert.Single(await ReceiveExactly(server, 1)));
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task ShutdownReceive_UnreadData_IsStillRead()
    {
        (ISocket client, ISocket server) = await ConnectedAsync();
        await Bounded(client.SendAsync(new byte[] { 1, 2, 3 }, Token));
        await WaitForAvailable(server, 3);

        server.Shutdown(SocketShutdown.Receive);

        Assert.Equal(3, server.Available);
        Assert.Equal((byte[])[1, 2, 3], await ReceiveExactly(server, 3));
        Assert.Equal(0, await OnThread(() => server.Receive(new byte[1])));
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task ShutdownBoth_UnreadDataWhenDisposed_PeerIsReset()
    {
        (ISocket client, ISocket server) = await ConnectedAsync();
        await Bounded(client.SendAsync(new byte[10], Token));
        await WaitForAvailable(server, 10);

        server.Shutdown(SocketShutdown.Both);
        Assert.Equal(0, await Bounded(client.ReceiveAsync(new byte[1], SocketFlags.None, Token)));
        server.Dispose();

        await OnThread(() => (bool)client.Raw.Poll(60_000_000, SelectMode.SelectError));
        Assert.NotEqual(0, (int)client.Raw.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error));
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Shutdown_BadStateOrValue_SocketErrors()
    {
        (ISocket client, _) = await ConnectedAsync();

        Assert.Equal(SocketError.NotConnected, ErrorOf(() => NewSocket().Shutdown(SocketShutdown.Both)));
        Assert.Equal(SocketError.InvalidArgument, ErrorOf(() => client.Shutdown((SocketShutdown)9)));
    }

    [Theory(Timeout = LimitMilliseconds)]
    [InlineData(SocketShutdown.Send)]
    [InlineData(SocketShutdown.Both)]
    public async Task Shutdown_PeerHasReset_IsNoError(SocketShutdown how)
    {
        (ISocket client, ISocket server) = await ConnectedAsync();
        server.Close(0);
        Assert.Equal(
            SocketError.ConnectionReset,
            await ErrorOf(() => Bounded(client.ReceiveAsync(new byte[1], SocketFlags.None, Token))));

        client.Shutdown(how);

        Assert.False(client.Connected);
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Dispose_AfterSend_PeerGetsAllAndTheEnd()
    {
        (ISocket client, ISocket server) = await ConnectedAsync();
        byte[] message = Bytes(200_000);
        Task<byte[]> receiving = ReceiveExactly(server, message.Length);
        await Bounded(client.SendAsync(message, Token));

        client.Dispose();

        Assert.Equal(message, await receiving);
        Assert.Equal(0, await Bounded(server.ReceiveAsync(new byte[1], SocketFlags.None, Token)));
        Assert.True(server.Connected);
    }

    [Theory(Timeout = LimitMilliseconds)]
    [InlineData("unread data")]
    [InlineData("linger zero")]
    [InlineData("Close(0)")]
    public async Task Dispose_Abortive_PeerIsReset(string how)
    {
        (ISocket client, ISocket server) = await ConnectedAsync();
        switch (how)
        {
            case "unread data":
                await Bounded(client.SendAsync(new byte[10], Token));
                Assert.Equal(0, await Bounded(server.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None, Token)));
                server.Dispose();
                break;
            case "linger zero":
                server.LingerState = new LingerOption(true, 0);
                server.Dispose();
                break;
            default:
                server.Close(0);
                break;
        }

        Assert.Equal(
            SocketError.ConnectionReset,
            await ErrorOf(() => Bounded(client.ReceiveAsync(new byte[1], SocketFlags.None, Token))));
        Assert.False(client.Connected);
        Assert.Null(client.RemoteEndPoint);
        Assert.Equal(SocketError.Shutdown, await OnThread(() => ErrorOf(() => client.Send(new byte[1]))));
        Assert.Equal(0, await OnThread(() => client.Receive(new byte[1])));
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Dispose_Abortive_PeersWaitingReceiveEnds()
    {
        (ISocket client, ISocket server) = await ConnectedAsync();
        Task<SocketError> receiving = await Waiting(() => ErrorOf(() => client.Receive(new byte[1])));

        server.Close(0);

        Assert.Equal(SocketError.ConnectionReset, await receiving);
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Send_PeerClosed_FailsInTheEnd()
    {
        (ISocket client, ISocket server) = await ConnectedAsync();
        server.Dispose();

        SocketError error = SocketError.Success;
        while (error == SocketError.Success)
        {
            client.Send(new byte[1], SocketFlags.None, out error);
            await Task.Delay(5, Token);
        }

        Assert.True(error is SocketError.Shutdown or SocketError.ConnectionReset, $"{error}");
        Assert.False(client.Connected);
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Dispose_ReceiveWaits_ConnectionAborted()
    {
        (ISocket client, _) = await ConnectedAsync();
        Task<SocketError> receiving = await Waiting(() => ErrorOf(() => client.Receive(new byte[1])));

        client.Dispose();

        Assert.Equal(SocketError.ConnectionAborted, await receiving);
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Dispose_SendWaits_ConnectionAborted()
    {
        (ISocket client, _) = await ConnectedAsync();
        Task<SocketError> sending = await Waiting(() => ErrorOf(() => client.Send(s_tooMuch)));
        Assert.False(sending.IsCompleted);

        client.Dispose();

        Assert.Equal(SocketError.ConnectionAborted, await sending);
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Dispose_AsyncCallsWait_OperationAborted()
    {
        (ISocket client, _) = await ConnectedAsync();
        Task<int> receiving = client.ReceiveAsync(new byte[1], SocketFlags.None, Token).AsTask();
        Task<int> sending = client.SendAsync(s_tooMuch, Token).AsTask();
        await LetItWait();

        client.Dispose();

        Assert.Equal(SocketError.OperationAborted, await ErrorOf(() => Bounded(receiving)));
        Assert.Equal(SocketError.OperationAborted, await ErrorOf(() => Bounded(sending)));
    }

    [Theory(Timeout = LimitMilliseconds)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Close_WithTimeout_WaitsForThePeersEnd(bool peerEnds)
    {
        (ISocket client, ISocket server) = await ConnectedAsync();
        await Bounded(client.SendAsync(new byte[] { 1 }, Token));
        long start = Stopwatch.GetTimestamp();
        Task closing = OnThread(() => client.Close(peerEnds ? LimitMilliseconds : 200));

        Assert.Equal(1, Assert.Single(await ReceiveExactly(server, 1)));
        Assert.Equal(0, await Bounded(server.ReceiveAsync(new byte[1], SocketFlags.None, Token)));
        if (peerEnds)
        {
            await LetItWait();
            Assert.False(closing.IsCompleted);
            server.Dispose();
        }

        await closing;
        Assert.True(peerEnds || Stopwatch.GetElapsedTime(start).TotalMilliseconds >= 190);
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Disposed_EveryCall_ObjectDisposed()
    {
        (ISocket client, ISocket server) = await ConnectedAsync();
        EndPoint remote = server.LocalEndPoint!;
        client.Dispose();
        client.Dispose();
        client.Close(-1);

        Assert.False(client.Connected);
        Assert.Equal(Fixture.Address.AddressFamily, client.AddressFamily);
        Assert.Throws<ArgumentOutOfRangeException>(() => server.Close(-2));
        Action[] calls =
        [
            () => client.Send(new byte[1]),
            () => client.Receive(new byte[1]),
            () => client.Shutdown(SocketShutdown.Both),
            () => client.Connect(remote),
            () => client.Bind(remote),
            () => client.Listen(1),
            () => client.Accept(),
            () => _ = client.Available,
            () => _ = client.LocalEndPoint,
            () => _ = client.RemoteEndPoint,
            () => _ = client.NoDelay,
            () => _ = client.SendTimeout,
            () => _ = client.LingerState,
            () => client.Blocking = false,
            () => client.NoDelay = true,
            () => client.ReceiveTimeout = 1,
        ];
        Assert.All(calls, call => Assert.Throws<ObjectDisposedException>(call));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => Bounded(client.SendAsync(new byte[1], Token)));
        await Assert.ThrowsAsync<ObjectDisposedException>(
            () => Bounded(client.ReceiveAsync(new byte[1], SocketFlags.None, Token)));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => Bounded(client.ConnectAsync(remote, Token)));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => Bounded(client.AcceptAsync(Token)));
    }
}
