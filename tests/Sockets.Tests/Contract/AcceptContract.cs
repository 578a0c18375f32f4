using System.Net;
using System.Net.Sockets;

namespace FastSockets.Sockets.Tests.Contract;

public abstract class AcceptContract<TFixture> : ContractBase<TFixture>
    where TFixture : SocketFixture, new()
{
    [Theory(Timeout = LimitMilliseconds)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Accept_WaitsFirst_TakesTheNextConnection(bool blocking)
    {
        ISocket listener = NewListener();
        Task<ISocket> accepting = blocking ? OnThread(listener.Accept) : Bounded(listener.AcceptAsync(Token));
        await LetItWait();
        Assert.False(accepting.IsCompleted);

        ISocket client = NewSocket();
        await OnThread(() => client.Connect(listener.LocalEndPoint!));

        ISocket server = Opened(await accepting);
        Assert.True(server.Connected);
        Assert.Equal(listener.AddressFamily, server.AddressFamily);
        Assert.Equal(SocketType.Stream, server.SocketType);
        Assert.Equal(ProtocolType.Tcp, server.ProtocolType);
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Accept_ConnectionsWait_AreTakenInOrder()
    {
        ISocket listener = NewListener();
        var clients = new List<ISocket>();
        for (int i = 0; i < 10; i++)
        {
            ISocket client = NewSocket();
            await OnThread(() => client.Connect(listener.LocalEndPoint!));
            clients.Add(client);
        }

        foreach (ISocket client in clients)
        {
            ISocket server = Opened(await OnThread(listener.Accept));
            Assert.Equal(client.LocalEndPoint, server.RemoteEndPoint);
        }
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Accept_BeforeListen_InvalidOperation()
    {
        ISocket bound = NewSocket();
        bound.Bind(new IPEndPoint(Fixture.Address, 0));

        Assert.Throws<InvalidOperationException>(() => NewSocket().Accept());
        Assert.Throws<InvalidOperationException>(() => bound.Accept());
        await Assert.ThrowsAsync<InvalidOperationException>(() => bound.AcceptAsync(Token));
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Accept_NonBlocking_WouldBlockUntilOneComes()
    {
        ISocket listener = NewListener();
        listener.Blocking = false;
        Assert.Equal(SocketError.WouldBlock, ErrorOf(() => listener.Accept()));

        await Bounded(NewSocket().ConnectAsync(listener.LocalEndPoint!, Token));
        while (true)
        {
            try
            {
                ISocket server = Opened(listener.Accept());
                Assert.False(server.Blocking);
                return;
            }
            catch (SocketException exception) when (exception.SocketErrorCode == SocketError.WouldBlock)
            {
                await Task.Delay(10, Token);
            }
        }
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task AcceptAsync_Cancelled_OperationCanceledAndNothingLost()
    {
        ISocket listener = NewListener();
        using var cancel = new CancellationTokenSource();
        Task<ISocket> accepting = listener.AcceptAsync(cancel.Token);
        await LetItWait();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Bounded(accepting));

        ISocket client = NewSocket();
        await Bounded(client.ConnectAsync(listener.LocalEndPoint!, Token));

        ISocket server = Opened(await Bounded(listener.AcceptAsync(Token)));
        Assert.Equal(client.LocalEndPoint, server.RemoteEndPoint);
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Accept_ClosedWhileWaiting_Interrupted()
    {
        ISocket listener = NewListener();
        Task<SocketError> accepting = await Waiting(() => ErrorOf(() => listener.Accept()));

        listener.Dispose();

        Assert.Equal(SocketError.Interrupted, await accepting);
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task AcceptAsync_ClosedWhileWaiting_OperationAborted()
    {
        ISocket listener = NewListener();
        Task<ISocket> first = listener.AcceptAsync(Token);
        Task<ISocket> second = listener.AcceptAsync(Token);
        await LetItWait();

        listener.Dispose();

        Assert.Equal(SocketError.OperationAborted, await ErrorOf(() => Bounded(first)));
        Assert.Equal(SocketError.OperationAborted, await ErrorOf(() => Bounded(second)));
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Close_ConnectionsNotTaken_AreReset()
    {
        ISocket listener = NewListener();
        ISocket client = NewSocket();
        await Bounded(client.ConnectAsync(listener.LocalEndPoint!, Token));

        listener.Dispose();

        Assert.Equal(
            SocketError.ConnectionReset,
            await ErrorOf(() => Bounded(client.ReceiveAsync(new byte[1], SocketFlags.None, Token))));
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Close_ConnectionsTaken_LiveOn()
    {
        (ISocket client, ISocket server) = await ConnectedAsync();

        await Bounded(client.SendAsync(new byte[] { 1 }, Token));

        Assert.Equal(1, Assert.Single(await ReceiveExactly(server, 1)));
    }

    [Fact]
    public void Bind_PortTaken_AddressAlreadyInUse()
    {
        ISocket listener = NewListener();
        ISocket other = NewSocket();

        Assert.Equal(SocketError.AddressAlreadyInUse, ErrorOf(() => other.Bind(listener.LocalEndPoint!)));
    }

    [Fact]
    public void Bind_BadAddressOrState_SocketErrors()
    {
        ISocket bound = NewSocket();
        bound.Bind(new IPEndPoint(Fixture.Address, 0));
        bool v4 = Fixture.Address.AddressFamily == AddressFamily.InterNetwork;
        var documentation = IPAddress.Parse(v4 ? "192.0.2.1" : "2001:db8::1");

        Assert.Equal(SocketError.InvalidArgument, ErrorOf(() => bound.Bind(new IPEndPoint(Fixture.Address, 0))));
        Assert.Equal(
            SocketError.AddressNotAvailable, ErrorOf(() => NewSocket().Bind(new IPEndPoint(documentation, 0))));
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Listen_Twice_GoesOn()
    {
        ISocket listener = NewListener(backlog: 1);
        listener.Listen(32);

        await Bounded(NewSocket().ConnectAsync(listener.LocalEndPoint!, Token));

        Opened(await Bounded(listener.AcceptAsync(Token)));
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Listen_WhenConnected_InvalidArgument()
    {
        (ISocket client, _) = await ConnectedAsync();

        Assert.Equal(SocketError.InvalidArgument, ErrorOf(() => client.Listen(1)));
        Assert.Throws<InvalidOperationException>(() => client.Accept());
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Listen_OnWildcard_PortIsReachable()
    {
        ISocket listener = NewSocket();
        bool v4 = Fixture.Address.AddressFamily == AddressFamily.InterNetwork;
        listener.Bind(new IPEndPoint(v4 ? IPAddress.Any : IPAddress.IPv6Any, 0));
        listener.Listen(5);

        ISocket client = NewSocket();
        await Bounded(client.ConnectAsync(new IPEndPoint(Fixture.Address, EndPointOf(listener).Port), Token));
        ISocket server = Opened(await Bounded(listener.AcceptAsync(Token)));

        Assert.Equal(client.RemoteEndPoint, server.LocalEndPoint);
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Accept_SocketOfListenerWithOptions_InheritsWhatTheKernelCopies()
    {
        ISocket listener = NewSocket();
        listener.NoDelay = true;
        listener.SendTimeout = 77;
        listener.LingerState = new LingerOption(true, 3);
        listener.Bind(new IPEndPoint(Fixture.Address, 0));
        listener.Listen(5);
        await Bounded(NewSocket().ConnectAsync(listener.LocalEndPoint!, Token));

        ISocket server = Opened(await Bounded(listener.AcceptAsync(Token)));

        Assert.True(server.NoDelay);
        Assert.True(server.LingerState!.Enabled);
        Assert.Equal(3, server.LingerState.LingerTime);
        Assert.Equal(0, server.SendTimeout);
        Assert.True(server.Blocking);
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Listener_OtherCalls_SocketErrors()
    {
        ISocket listener = NewListener();

        Assert.False(listener.Connected);
        Assert.Null(listener.RemoteEndPoint);
        Assert.Equal(SocketError.Shutdown, ErrorOf(() => listener.Send(new byte[1])));
        Assert.Equal(
            SocketError.NotConnected,
            await ErrorOf(() => Bounded(listener.ReceiveAsync(new byte[1], SocketFlags.None, Token))));
    }
}
