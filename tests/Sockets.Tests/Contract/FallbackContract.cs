using System.Net;
using System.Net.Sockets;

namespace FastSockets.Sockets.Tests.Contract;

/// <summary>FastSockets and plain sockets reach each other.</summary>
public abstract class FallbackContract<TFixture> : ContractBase<TFixture>
    where TFixture : FastSocketsFixture, new()
{
    [Fact(Timeout = LimitMilliseconds)]
    public async Task Connect_PlainListener_ByTcpWithTheReason()
    {
        using Socket listener = new(Fixture.Address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(Fixture.Address, 0));
        listener.Listen();
        ISocket client = NewSocket();

        await Bounded(client.ConnectAsync(listener.LocalEndPoint!, Token));
        using Socket server = await Bounded(listener.AcceptAsync(Token));

        Assert.Equal(FastTransport.Tcp, client.Fast!.Transport);
        Assert.Equal(Fixture.ReasonWithPlainListener, client.Fast.FallbackReason);
        await client.SendAsync(new byte[] { 1 }, Token);
        Assert.Equal(1, await Bounded(server.ReceiveAsync(new byte[1], Token)));
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Accept_PlainClients_ByTcpWithTheReason()
    {
        ISocket listener = NewListener();
        for (int i = 0; i < 3; i++)
        {
            using Socket client = new(Fixture.Address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            await Bounded(client.ConnectAsync(listener.LocalEndPoint!, Token));
            Task<ISocket> accepting = i == 1 ? OnThread(listener.Accept) : Bounded(listener.AcceptAsync(Token));
            ISocket server = Opened(await accepting);

            Assert.Equal(FastTransport.Tcp, server.Fast!.Transport);
            Assert.Equal(Fixture.ReasonWithPlainClient, server.Fast.FallbackReason);
            await client.SendAsync(new byte[] { 1 }, Token);
            Assert.Single(await ReceiveExactly(server, 1));
        }
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Accept_PlainAndFastClients_BothFromOneQueue()
    {
        ISocket listener = NewListener();
        using Socket plain = new(Fixture.Address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        ISocket fast = NewSocket();
        await Bounded(plain.ConnectAsync(listener.LocalEndPoint!, Token));
        await Bounded(fast.ConnectAsync(listener.LocalEndPoint!, Token));

        ISocket one = Opened(await Bounded(listener.AcceptAsync(Token)));
        ISocket other = Opened(await Bounded(listener.AcceptAsync(Token)));

        Assert.Equal(
            new[] { plain.LocalEndPoint, fast.LocalEndPoint }.ToHashSet(),
            new[] { one.RemoteEndPoint, other.RemoteEndPoint }.ToHashSet());
        Assert.Equal(Fixture.Transport, fast.Fast!.Transport);
    }

    [Fact]
    public void Listen_Transport_IsTheFixtures()
    {
        ISocket listener = NewListener();

        Assert.Equal(Fixture.Transport, listener.Fast!.Transport);
        Assert.Equal(Fixture.Reason, listener.Fast.FallbackReason);
    }
}
