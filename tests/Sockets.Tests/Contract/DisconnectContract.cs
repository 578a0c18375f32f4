using System.Net;
using System.Net.Sockets;

namespace FastSockets.Sockets.Tests.Contract;

/// <summary>Disconnect, and connecting to lists of addresses.</summary>
public abstract class DisconnectContract<TFixture> : ContractBase<TFixture>
    where TFixture : SocketFixture, new()
{
    [Theory(Timeout = LimitMilliseconds)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Disconnect_Connected_BothDirectionsEnd(bool blocking)
    {
        (ISocket client, ISocket server) = await ConnectedAsync();

        if (blocking)
            await OnThread(() => { client.Raw.Disconnect(false); });
        else
            await Bounded((ValueTask)client.Raw.DisconnectAsync(false, Token));

        Assert.False(client.Connected);
        Assert.Null(client.RemoteEndPoint);
        Assert.Equal(0, await ReceiveAsync(server, new byte[1]));
        Assert.Equal(SocketError.Shutdown, ErrorOf(() => client.Send(new byte[1])));
        Assert.Equal(0, client.Receive(new byte[1]));
        Assert.Throws<InvalidOperationException>(() => client.Connect(server.LocalEndPoint!));
        client.Raw.Disconnect(false);
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Disconnect_Reuse_PeerSeesTheEndAndConnectIsRefused()
    {
        ISocket listener = NewListener();
        ISocket client = NewSocket();
        await Bounded(client.ConnectAsync(listener.LocalEndPoint!, Token));
        ISocket server = Opened(await Bounded(listener.AcceptAsync(Token)));

        await OnThread(() => { client.Raw.Disconnect(true); });

        Assert.False(client.Connected);
        Assert.Equal(0, await ReceiveAsync(server, new byte[1]));
        Assert.Throws<InvalidOperationException>(() => client.Connect(listener.LocalEndPoint!));

        await Bounded(client.ConnectAsync(listener.LocalEndPoint!, Token));
        ISocket second = Opened(await Bounded(listener.AcceptAsync(Token)));
        await Bounded(client.SendAsync(new byte[] { 5 }, Token));
        Assert.Equal(5, Assert.Single(await ReceiveExactly(second, 1)));
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Disconnect_WithoutReuse_ConnectAsyncIsConnected()
    {
        ISocket listener = NewListener();
        ISocket client = NewSocket();
        await Bounded(client.ConnectAsync(listener.LocalEndPoint!, Token));
        Opened(await Bounded(listener.AcceptAsync(Token)));
        await OnThread(() => { client.Raw.Disconnect(false); });

        Assert.Equal(
            SocketError.IsConnected, await ErrorOf(() => Bounded(client.ConnectAsync(listener.LocalEndPoint!, Token))));
    }

    [Fact]
    public void Disconnect_NotConnected_NotConnected() =>
        Assert.Equal(SocketError.NotConnected, ErrorOf(() => { NewSocket().Raw.Disconnect(false); }));

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Disconnect_Disposed_ObjectDisposed()
    {
        (ISocket client, _) = await ConnectedAsync();
        client.Dispose();

        Assert.Throws<ObjectDisposedException>(() => { client.Raw.Disconnect(false); });
    }

    [Theory(Timeout = LimitMilliseconds)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Connect_AddressList_TheFirstThatAnswers(bool blocking)
    {
        ISocket listener = NewListener();
        ISocket client = NewSocket();
        bool v4 = Fixture.Address.AddressFamily == AddressFamily.InterNetwork;
        IPAddress[] addresses = [v4 ? IPAddress.IPv6Loopback : IPAddress.Loopback, Fixture.Address];
        int port = EndPointOf(listener).Port;

        if (blocking)
            await OnThread(() => { client.Raw.Connect(addresses, port); });
        else
            await Bounded((ValueTask)client.Raw.ConnectAsync(addresses, port, Token));

        Assert.Equal(listener.LocalEndPoint, client.RemoteEndPoint);
        Opened(await Bounded(listener.AcceptAsync(Token)));
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Connect_AddressListNobodyListens_ConnectionRefused()
    {
        ISocket bound = NewSocket();
        bound.Bind(new IPEndPoint(Fixture.Address, 0));
        IPAddress[] addresses = [Fixture.Address, Fixture.Address];
        int port = EndPointOf(bound).Port;

        Assert.Equal(
            SocketError.ConnectionRefused,
            await OnThread(() => ErrorOf(() => { NewSocket().Raw.Connect(addresses, port); })));
        Assert.Equal(
            SocketError.ConnectionRefused, await ErrorOf(() =>
                Bounded((ValueTask)NewSocket().Raw.ConnectAsync(addresses, port, Token))));
    }

    [Fact]
    public void Connect_AddressListInvalid_Throws()
    {
        ISocket socket = NewSocket();
        bool v4 = Fixture.Address.AddressFamily == AddressFamily.InterNetwork;
        IPAddress[] others = [v4 ? IPAddress.IPv6Loopback : IPAddress.Loopback];

        Assert.Throws<ArgumentNullException>(() => { socket.Raw.Connect((IPAddress[])null!, 1); });
        Assert.Throws<ArgumentException>(() => { socket.Raw.Connect(Array.Empty<IPAddress>(), 1); });
        Assert.Throws<ArgumentException>(() => { socket.Raw.Connect(others, 1); });
        Assert.Throws<ArgumentOutOfRangeException>(() => { socket.Raw.Connect(new[] { Fixture.Address }, 65_536); });
        Assert.Throws<InvalidOperationException>(() => { NewListener().Raw.Connect(new[] { Fixture.Address }, 1); });
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Accept_IntoSocket_OnlyIntoAFreshOne()
    {
        ISocket listener = NewListener();
        (ISocket connected, _) = await ConnectedAsync();
        ISocket bound = NewSocket();
        bound.Bind(new IPEndPoint(Fixture.Address, 0));
        ISocket fresh = NewSocket();
        var accepting = (Task)listener.Raw.AcceptAsync(fresh.Raw);
        ISocket client = NewSocket();
        await Bounded(client.ConnectAsync(listener.LocalEndPoint!, Token));

        await Bounded(accepting);

        Assert.True(fresh.Connected);
        Assert.Equal(client.LocalEndPoint, fresh.RemoteEndPoint);
        await Assert.ThrowsAsync<InvalidOperationException>(async () =>
            await (Task)listener.Raw.AcceptAsync(connected.Raw));
        await Assert.ThrowsAsync<InvalidOperationException>(async () =>
            await (Task)listener.Raw.AcceptAsync(bound.Raw));
    }
}
