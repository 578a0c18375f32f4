using System.Net;
using System.Net.Sockets;

namespace FastSockets.Sockets.Tests.Contract;

/// <summary>Options, and the state of a socket that is not connected.</summary>
public abstract class OptionsContract<TFixture> : ContractBase<TFixture>
    where TFixture : SocketFixture, new()
{
    [Fact]
    public void Fresh_Defaults_AreSockets()
    {
        ISocket socket = NewSocket();

        Assert.Equal(
            (Fixture.Address.AddressFamily, SocketType.Stream, ProtocolType.Tcp),
            (socket.AddressFamily, socket.SocketType, socket.ProtocolType));
        Assert.True(socket.Blocking);
        Assert.False(socket.Connected);
        Assert.False(socket.NoDelay);
        Assert.False(socket.DualMode);
        Assert.Equal((0, 0), (socket.SendTimeout, socket.ReceiveTimeout));
        Assert.False(socket.LingerState!.Enabled);
        Assert.True(socket.SendBufferSize > 0);
        Assert.True(socket.ReceiveBufferSize > 0);
        Assert.Null(socket.LocalEndPoint);
        Assert.Null(socket.RemoteEndPoint);
        Assert.Equal(0, socket.Available);
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Fresh_SendReceive_SocketErrors()
    {
        ISocket socket = NewSocket();

        Assert.Equal(SocketError.Shutdown, ErrorOf(() => socket.Send(new byte[1])));
        Assert.Equal(SocketError.NotConnected, ErrorOf(() => socket.Receive(new byte[1])));
        Assert.Equal(SocketError.Shutdown, await ErrorOf(() => Bounded(socket.SendAsync(new byte[1], Token))));
        Assert.Equal(
            SocketError.NotConnected,
            await ErrorOf(() => Bounded(socket.ReceiveAsync(new byte[1], SocketFlags.None, Token))));
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Options_SetBeforeConnect_HoldAfterIt()
    {
        ISocket listener = NewListener();
        ISocket client = NewSocket();
        client.NoDelay = true;
        client.SendTimeout = 1234;
        client.ReceiveTimeout = 150;
        client.LingerState = new LingerOption(true, 2);
        client.SendBufferSize = 40_000;
        client.ReceiveBufferSize = 50_000;

        await OnThread(() => client.Connect(listener.LocalEndPoint!));

        Assert.True(client.NoDelay);
        Assert.Equal(1234, client.SendTimeout);
        Assert.Equal(150, client.ReceiveTimeout);
        Assert.True(client.LingerState!.Enabled);
        Assert.Equal(2, client.LingerState.LingerTime);
        Assert.True(client.SendBufferSize >= 40_000);
        Assert.True(client.ReceiveBufferSize >= 50_000);
        Assert.Equal(SocketError.TimedOut, await OnThread(() => ErrorOf(() => client.Receive(new byte[1]))));
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Options_SetWhenConnected_AreReadBack()
    {
        (ISocket client, _) = await ConnectedAsync();

        client.NoDelay = true;
        client.SendTimeout = -1;
        client.ReceiveTimeout = 99;
        client.LingerState = new LingerOption(true, 0);
        client.Blocking = false;

        Assert.True(client.NoDelay);
        Assert.Equal((0, 99), (client.SendTimeout, client.ReceiveTimeout));
        Assert.True(client.LingerState!.Enabled);
        Assert.False(client.Blocking);
    }

    [Fact]
    public void Options_InvalidValues_Throw()
    {
        ISocket socket = NewSocket();

        Assert.Throws<ArgumentOutOfRangeException>(() => socket.SendTimeout = -2);
        Assert.Throws<ArgumentOutOfRangeException>(() => socket.ReceiveTimeout = -2);
        Assert.Throws<ArgumentOutOfRangeException>(() => socket.SendBufferSize = -1);
        Assert.Throws<ArgumentOutOfRangeException>(() => socket.ReceiveBufferSize = -1);
        Assert.Throws<ArgumentNullException>(() => socket.LingerState = null);
        Assert.Throws<ArgumentException>(() => socket.LingerState = new LingerOption(true, -1));
        Assert.Throws<ArgumentException>(() => socket.LingerState = new LingerOption(true, 65_536));
    }

    [Fact]
    public void DualMode_IPv4Socket_NotSupported()
    {
        ISocket socket = Opened(Fixture.Create(AddressFamily.InterNetwork));

        Assert.False(socket.DualMode);
        Assert.Throws<NotSupportedException>(() => socket.DualMode = true);
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task DualMode_ListenerAndClients_ShowMappedAddresses()
    {
        if (Fixture.Address.AddressFamily != AddressFamily.InterNetwork)
            return;
        ISocket listener = Opened(Fixture.CreateDual());
        Assert.True(listener.DualMode);
        listener.Bind(new IPEndPoint(IPAddress.IPv6Any, 0));
        listener.Listen(8);
        var remote = new IPEndPoint(Fixture.Address, EndPointOf(listener).Port);
        var mapped = new IPEndPoint(Fixture.Address.MapToIPv6(), remote.Port);

        foreach ((ISocket client, IPEndPoint to) in new (ISocket, IPEndPoint)[]
        {
            (NewSocket(), remote), (Opened(Fixture.CreateDual()), remote), (Opened(Fixture.CreateDual()), mapped),
        })
        {
            await OnThread(() => client.Connect(to));
            ISocket server = Opened(await Bounded(listener.AcceptAsync(Token)));

            bool dual = client.AddressFamily == AddressFamily.InterNetworkV6;
            var local = EndPointOf(client);
            Assert.Equal(dual ? mapped : remote, client.RemoteEndPoint);
            Assert.Equal(mapped, server.LocalEndPoint);
            Assert.Equal(new IPEndPoint(local.Address.MapToIPv6(), local.Port), server.RemoteEndPoint);
            Assert.Equal(AddressFamily.InterNetworkV6, server.AddressFamily);
            Assert.True(Fixture.Transport is null || client.Fast!.Transport == Fixture.Transport);
        }
    }
}
