using System.Net;
using System.Net.Sockets;

namespace FastSockets.Sockets.Tests.Contract;

public abstract class ConnectContract<TFixture> : ContractBase<TFixture>
    where TFixture : SocketFixture, new()
{
    [Fact(Timeout = LimitMilliseconds)]
    public async Task Connect_ListeningPeer_EndPointsMirror()
    {
        ISocket listener = NewListener();
        ISocket client = NewSocket();

        await OnThread(() => client.Connect(listener.LocalEndPoint!));
        ISocket server = Opened(await OnThread(listener.Accept));

        Assert.True(client.Connected);
        Assert.True(server.Connected);
        Assert.Equal(listener.LocalEndPoint, client.RemoteEndPoint);
        Assert.Equal(listener.LocalEndPoint, server.LocalEndPoint);
        Assert.Equal(client.LocalEndPoint, server.RemoteEndPoint);
        Assert.NotEqual(0, EndPointOf(client).Port);
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Connect_ListeningPeer_TransportIsTheFixtures()
    {
        (ISocket client, ISocket server) = await ConnectedAsync();
        if (Fixture.Transport is not { } transport)
            return;

        Assert.Equal(transport, client.Fast!.Transport);
        Assert.Equal(transport, server.Fast!.Transport);
        Assert.Equal(Fixture.Reason, client.Fast.FallbackReason);
        Assert.Contains(transport == FastTransport.Rdma ? "RDMA" : "TCP", client.Fast.FallbackDetail);
    }

    [Theory(Timeout = LimitMilliseconds)]
    [InlineData("sync address")]
    [InlineData("sync text")]
    [InlineData("sync name")]
    [InlineData("async endpoint")]
    [InlineData("async text")]
    [InlineData("async name")]
    public async Task Connect_EachOverload_Connects(string overload)
    {
        ISocket listener = NewListener();
        ISocket client = NewSocket();
        IPEndPoint remote = EndPointOf(listener);
        var name = new DnsEndPoint(remote.Address.ToString(), remote.Port);

        await (overload switch
        {
            "sync address" => OnThread(() => client.Connect(remote.Address, remote.Port)),
            "sync text" => OnThread(() => client.Connect(name.Host, name.Port)),
            "sync name" => OnThread(() => client.Connect(name)),
            "async endpoint" => Bounded(client.ConnectAsync(remote, Token)),
            "async text" => Bounded(client.ConnectAsync(name.Host, name.Port, Token)),
            _ => Bounded(client.ConnectAsync(name, Token)),
        });

        Assert.True(client.Connected);
        Assert.Equal(remote, client.RemoteEndPoint);
        Opened(await Bounded(listener.AcceptAsync(Token)));
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Connect_NobodyListens_ConnectionRefused()
    {
        ISocket bound = NewSocket();
        bound.Bind(new IPEndPoint(Fixture.Address, 0));
        ISocket client = NewSocket();

        SocketError first = await OnThread(() => ErrorOf(() => client.Connect(bound.LocalEndPoint!)));
        SocketError second = await ErrorOf(() => Bounded(NewSocket().ConnectAsync(bound.LocalEndPoint!, Token)));

        Assert.Equal(SocketError.ConnectionRefused, first);
        Assert.Equal(SocketError.ConnectionRefused, second);
        Assert.False(client.Connected);
        Assert.Null(client.RemoteEndPoint);
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Connect_AfterRefusal_CanSucceed()
    {
        ISocket bound = NewSocket();
        bound.Bind(new IPEndPoint(Fixture.Address, 0));
        ISocket listener = NewListener();
        ISocket client = NewSocket();
        Assert.Equal(
            SocketError.ConnectionRefused, await OnThread(() => ErrorOf(() => client.Connect(bound.LocalEndPoint!))));

        await OnThread(() => client.Connect(listener.LocalEndPoint!));

        Assert.True(client.Connected);
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Connect_WhenConnected_IsConnected()
    {
        (ISocket client, ISocket server) = await ConnectedAsync();

        Assert.Equal(SocketError.IsConnected, ErrorOf(() => client.Connect(server.RemoteEndPoint!)));
        Assert.Equal(
            SocketError.IsConnected, await ErrorOf(() => Bounded(client.ConnectAsync(server.RemoteEndPoint!, Token))));
        Assert.Equal(SocketError.InvalidArgument, ErrorOf(() => client.Bind(new IPEndPoint(Fixture.Address, 0))));
    }

    [Fact]
    public void Connect_WhenListening_InvalidOperation()
    {
        ISocket listener = NewListener();

        Assert.Throws<InvalidOperationException>(() => listener.Connect(listener.LocalEndPoint!));
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Connect_AfterBind_LocalPortIsTheBoundOne()
    {
        ISocket listener = NewListener();
        ISocket client = NewSocket();
        client.Bind(new IPEndPoint(Fixture.Address, 0));
        var bound = EndPointOf(client);

        await OnThread(() => client.Connect(listener.LocalEndPoint!));
        ISocket server = Opened(await OnThread(listener.Accept));

        Assert.Equal(bound, client.LocalEndPoint);
        Assert.Equal(bound, server.RemoteEndPoint);
    }

    [Fact]
    public void Connect_InvalidArguments_Throw()
    {
        ISocket socket = NewSocket();
        IPAddress otherFamily = socket.AddressFamily == AddressFamily.InterNetwork
            ? IPAddress.IPv6Loopback
            : IPAddress.Loopback;

        Assert.Throws<ArgumentNullException>(() => socket.Connect((EndPoint)null!));
        Assert.Throws<ArgumentNullException>(() => socket.Connect((string)null!, 1));
        Assert.Throws<ArgumentNullException>(() => socket.Connect((IPAddress)null!, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => socket.Connect("127.0.0.1", 65536));
        Assert.Throws<ArgumentOutOfRangeException>(() => socket.Connect(Fixture.Address, -1));
        Assert.Throws<NotSupportedException>(() => socket.Connect(otherFamily, 1));
        Assert.Throws<NotSupportedException>(() => socket.Connect(otherFamily.ToString(), 1));
        Assert.Throws<SocketException>(() => socket.Connect(new IPEndPoint(otherFamily, 1)));
        Assert.Throws<ArgumentNullException>(() => socket.Bind(null!));
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task ConnectAsync_TokenCancelled_OperationCanceled()
    {
        ISocket listener = NewListener();
        ISocket client = NewSocket();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => Bounded(client.ConnectAsync(listener.LocalEndPoint!, new CancellationToken(canceled: true))));
        Assert.False(client.Connected);
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task ConnectAsync_CancelledWhileWaiting_OperationCanceled()
    {
        EndPoint silent = await SilentListenerAsync();
        using var cancel = new CancellationTokenSource();
        Task connecting = NewSocket().ConnectAsync(silent, cancel.Token).AsTask();
        await LetItWait();
        Assert.False(connecting.IsCompleted);

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Bounded(connecting));
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Connect_DisposedWhileWaiting_Ends()
    {
        EndPoint silent = await SilentListenerAsync();
        ISocket client = NewSocket();
        Task<SocketError> connecting = await Waiting(() => ErrorOf(() => client.Connect(silent)));
        Assert.False(connecting.IsCompleted);

        client.Dispose();

        Assert.Equal(SocketError.NotSocket, await connecting);
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task ConnectAsync_DisposedWhileWaiting_OperationAborted()
    {
        EndPoint silent = await SilentListenerAsync();
        ISocket client = NewSocket();
        Task connecting = client.ConnectAsync(silent, Token).AsTask();
        await LetItWait();
        Assert.False(connecting.IsCompleted);

        client.Dispose();

        Assert.Equal(SocketError.OperationAborted, await ErrorOf(() => Bounded(connecting)));
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Connect_NonBlocking_ConnectsInTheBackground()
    {
        ISocket listener = NewListener();
        ISocket client = NewSocket();
        client.Blocking = false;
        try
        {
            client.Connect(listener.LocalEndPoint!);
        }
        catch (SocketException exception)
        {
            Assert.Equal(SocketError.WouldBlock, exception.SocketErrorCode);
        }

        ISocket server = Opened(await Bounded(listener.AcceptAsync(Token)));
        while (!client.Connected)
            await Task.Delay(10, Token);
        Assert.Equal(SocketError.WouldBlock, ErrorOf(() => client.Receive(new byte[1])));
        await Bounded(client.SendAsync(new byte[] { 7 }, Token));
        Assert.Equal(7, Assert.Single(await ReceiveExactly(server, 1)));
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Connect_NonBlockingWhileOneIsUnderWay_AlreadyInProgress()
    {
        EndPoint silent = await SilentListenerAsync();
        ISocket client = NewSocket();
        client.Blocking = false;

        Assert.Equal(SocketError.WouldBlock, ErrorOf(() => client.Connect(silent)));
        Assert.Equal(SocketError.AlreadyInProgress, ErrorOf(() => client.Connect(silent)));
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Connect_ManyAtOnce_EachIsAStreamOfItsOwn()
    {
        const int count = 200;
        ISocket listener = NewListener(backlog: count);
        Task echoing = EchoAsync();

        await Bounded(Task.WhenAll(Enumerable.Range(0, count).Select(PingAsync)));
        await Bounded(echoing);

        async Task EchoAsync()
        {
            var echoes = new List<Task>();
            for (int i = 0; i < count; i++)
            {
                ISocket peer = Opened(await listener.AcceptAsync(Token));
                echoes.Add(EchoOnce(peer));
            }
            await Task.WhenAll(echoes);
        }

        static async Task EchoOnce(ISocket peer) => await peer.SendAsync(await ReceiveExactly(peer, 100), Token);

        async Task PingAsync(int seed)
        {
            byte[] message = Bytes(100, seed);
            ISocket client = NewSocket();
            await client.ConnectAsync(listener.LocalEndPoint!, Token);
            await client.SendAsync(message, Token);
            Assert.Equal(message, await ReceiveExactly(client, 100));
        }
    }
}
