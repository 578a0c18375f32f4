using System.Collections;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace FastSockets.Sockets.Tests.Contract;

/// <summary>Poll and Select.</summary>
public abstract class SelectContract<TFixture> : ContractBase<TFixture>
    where TFixture : SocketFixture, new()
{
    private const int Long = LimitMilliseconds * 1000;

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Poll_Connected_WritableAndNotReadable()
    {
        (ISocket client, ISocket server) = await ConnectedAsync();

        Assert.False(Poll(server, 0, SelectMode.SelectRead));
        Assert.True(Poll(server, 0, SelectMode.SelectWrite));
        Assert.False(Poll(server, 0, SelectMode.SelectError));
        Assert.True(Poll(client, Long, SelectMode.SelectWrite));
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Poll_ReadWaits_EndsWithDataAndLeavesIt()
    {
        (ISocket client, ISocket server) = await ConnectedAsync();
        Task<bool> polling = await Waiting(() => Poll(server, -1, SelectMode.SelectRead));
        Assert.False(polling.IsCompleted);

        await Bounded(client.SendAsync(new byte[] { 6 }, Token));

        Assert.True(await polling);
        Assert.True(Poll(server, 0, SelectMode.SelectRead));
        Assert.Equal(6, Assert.Single(await ReceiveExactly(server, 1)));
        Assert.False(Poll(server, 0, SelectMode.SelectRead));
    }

    [Theory(Timeout = LimitMilliseconds)]
    [InlineData(SelectMode.SelectRead)]
    [InlineData(SelectMode.SelectError)]
    public async Task Poll_NothingHappens_FalseAfterTheTime(SelectMode mode)
    {
        (_, ISocket server) = await ConnectedAsync();
        long start = Stopwatch.GetTimestamp();

        Assert.False(await OnThread(() => Poll(server, 150_000, mode)));

        Assert.True(Stopwatch.GetElapsedTime(start).TotalMilliseconds >= 140);
        Assert.True(server.Connected);
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Poll_PeerEnds_ReadableWithoutError()
    {
        (ISocket client, ISocket server) = await ConnectedAsync();
        Task<bool> polling = await Waiting(() => Poll(server, Long, SelectMode.SelectRead));

        client.Shutdown(SocketShutdown.Send);

        Assert.True(await polling);
        Assert.False(Poll(server, 0, SelectMode.SelectError));
        Assert.Equal(0, server.Receive(new byte[1]));
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Poll_PeerResets_ReadyForAllAndTheErrorRemainsToBeTold()
    {
        (ISocket client, ISocket server) = await ConnectedAsync();
        Task<bool> polling = await Waiting(() => Poll(server, Long, SelectMode.SelectRead));

        client.Close(0);

        Assert.True(await polling);
        Assert.True(Poll(server, 0, SelectMode.SelectRead));
        Assert.True(Poll(server, 0, SelectMode.SelectWrite));
        Assert.True(Poll(server, 0, SelectMode.SelectError));
        Assert.Equal(SocketError.ConnectionReset, ErrorOf(() => server.Receive(new byte[1])));
        Assert.False(Poll(server, 0, SelectMode.SelectError));
        Assert.Equal(0, server.Receive(new byte[1]));
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Poll_SendBufferFull_NotWritableUntilPeerReads()
    {
        (ISocket client, ISocket server) = await ConnectedAsync();
        client.Blocking = false;
        byte[] much = new byte[1 << 20];
        SocketError error;
        do
            client.Send(much, SocketFlags.None, out error);
        while (error == SocketError.Success);
        // What was sent last may still be on its way to the peer's buffer.
        for (int full = 0; full < 5;)
        {
            if (Poll(client, 100_000, SelectMode.SelectWrite))
            {
                client.Send(much, SocketFlags.None, out _);
                full = 0;
            }
            else
                full++;
        }

        Task<bool> polling = await Waiting(() => Poll(client, Long, SelectMode.SelectWrite));
        Assert.False(polling.IsCompleted);

        while (!polling.IsCompleted)
        {
            if (server.Available > 0)
                await ReceiveAsync(server, much);
            else
                await Task.Delay(5, Token);
        }

        Assert.True(await polling);
        Assert.True(client.Send(much, SocketFlags.None, out _) > 0);
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Poll_Listener_ReadableWhenAConnectionWaits()
    {
        ISocket listener = NewListener();
        Assert.False(Poll(listener, 0, SelectMode.SelectRead));
        Assert.False(Poll(listener, 0, SelectMode.SelectWrite));
        Task<bool> polling = await Waiting(() => Poll(listener, Long, SelectMode.SelectRead));
        Assert.False(polling.IsCompleted);

        await Bounded(NewSocket().ConnectAsync(listener.LocalEndPoint!, Token));

        Assert.True(await polling);
        Opened(await OnThread(listener.Accept));
        Assert.False(Poll(listener, 0, SelectMode.SelectRead));
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Poll_NonBlockingConnect_WritableWhenConnected()
    {
        ISocket listener = NewListener();
        ISocket client = NewSocket();
        client.Blocking = false;
        BeginConnect(client, listener.LocalEndPoint!);

        Assert.True(await OnThread(() => Poll(client, Long, SelectMode.SelectWrite)));

        Assert.Equal(0, (int)client.Raw.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error));
        Opened(await Bounded(listener.AcceptAsync(Token)));
        Assert.Equal(1, client.Send(new byte[1]));
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Poll_NonBlockingConnectRefused_ReadyWithTheError()
    {
        ISocket bound = NewSocket();
        bound.Bind(new IPEndPoint(Fixture.Address, 0));
        ISocket client = NewSocket();
        client.Blocking = false;
        BeginConnect(client, bound.LocalEndPoint!);

        Assert.True(await OnThread(() => Poll(client, Long, SelectMode.SelectWrite)));

        Assert.True(Poll(client, 0, SelectMode.SelectRead));
        Assert.Equal(
            (int)SocketError.ConnectionRefused,
            (int)client.Raw.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error));
        Assert.Equal(0, (int)client.Raw.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error));
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Poll_WhileConnectAsyncWaits_ReadyForNothing()
    {
        ISocket client = NewSocket();
        Task connecting = client.ConnectAsync(await SilentListenerAsync(), Token).AsTask();
        for (int i = 0; i < 50 && !connecting.IsCompleted; i++)
        {
            Assert.False(Poll(client, 0, SelectMode.SelectRead));
            Assert.False(Poll(client, 0, SelectMode.SelectWrite));
            Assert.False(Poll(client, 0, SelectMode.SelectError));
            await Task.Delay(5, Token);
        }
        Assert.False(connecting.IsCompleted);
        client.Dispose();
        Assert.Equal(SocketError.OperationAborted, await ErrorOf(() => Bounded(connecting)));
    }

    [Fact]
    public void Poll_Fresh_ReadableAndWritable()
    {
        ISocket socket = NewSocket();

        Assert.True(Poll(socket, 0, SelectMode.SelectRead));
        Assert.True(Poll(socket, 0, SelectMode.SelectWrite));
        Assert.False(Poll(socket, 0, SelectMode.SelectError));
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Poll_TimeSpan_AsWithMicroseconds()
    {
        (_, ISocket server) = await ConnectedAsync();

        Assert.False((bool)server.Raw.Poll(TimeSpan.FromMilliseconds(10), SelectMode.SelectRead));
        Assert.True((bool)server.Raw.Poll(Timeout.InfiniteTimeSpan, SelectMode.SelectWrite));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => { server.Raw.Poll(TimeSpan.FromSeconds(-2), SelectMode.SelectRead); });
        Assert.Throws<ArgumentOutOfRangeException>(
            () => { server.Raw.Poll(TimeSpan.FromDays(1), SelectMode.SelectRead); });
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Poll_Disposed_ObjectDisposed()
    {
        (ISocket client, _) = await ConnectedAsync();
        client.Dispose();

        Assert.Throws<ObjectDisposedException>(() => { Poll(client, 0, SelectMode.SelectRead); });
        Assert.Throws<ObjectDisposedException>(
            () => { Fixture.SelectReady(new ArrayList { (object)client.Raw }, null, null, 0); });
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Select_SeveralReaders_LeavesThoseWithData()
    {
        (ISocket one, ISocket first) = await ConnectedAsync();
        (_, ISocket second) = await ConnectedAsync();
        (ISocket three, ISocket third) = await ConnectedAsync();
        IList read = List(first, second, third);
        Task selecting = await Waiting(() =>
        {
            Fixture.SelectReady(read, null, null, Long);
            return 0;
        });
        Assert.False(selecting.IsCompleted);

        await Bounded(one.SendAsync(new byte[1], Token));
        await selecting;
        Assert.Same((object)first.Raw, Assert.Single(read));

        await Bounded(three.SendAsync(new byte[1], Token));
        await WaitForAvailable(third, 1);
        read = List(first, second, third);
        Fixture.SelectReady(read, null, null, -1);
        Assert.Equal([(object)first.Raw, (object)third.Raw], read.Cast<object>());
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Select_AllLists_EachForItself()
    {
        ISocket listener = NewListener();
        (ISocket client, ISocket server) = await ConnectedAsync();
        await Bounded(client.SendAsync(new byte[1], Token));
        await WaitForAvailable(server, 1);
        IList read = List(client, server, listener), write = List(server, listener), error = List(client, server);

        Fixture.SelectReady(read, write, error, Long);

        Assert.Same((object)server.Raw, Assert.Single(read));
        Assert.Same((object)server.Raw, Assert.Single(write));
        Assert.Empty(error);
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Select_NothingReady_EmptyListsAfterTheTime()
    {
        ISocket listener = NewListener();
        (_, ISocket server) = await ConnectedAsync();
        IList read = List(server, listener);
        long start = Stopwatch.GetTimestamp();

        await OnThread(() => Fixture.SelectReady(read, null, null, 150_000));

        Assert.Empty(read);
        Assert.True(Stopwatch.GetElapsedTime(start).TotalMilliseconds >= 140);
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Select_ListenerAndConnection_TellsTheListener()
    {
        ISocket listener = NewListener();
        (_, ISocket server) = await ConnectedAsync();
        IList read = List(server, listener);
        Task selecting = await Waiting(() =>
        {
            Fixture.SelectReady(read, null, null, Long);
            return 0;
        });

        await Bounded(NewSocket().ConnectAsync(listener.LocalEndPoint!, Token));

        await selecting;
        Assert.Same((object)listener.Raw, Assert.Single(read));
    }

    [Fact]
    public void Select_Invalid_Throws()
    {
        Assert.Throws<ArgumentNullException>(() => Fixture.SelectReady(null, null, null, 0));
        Assert.Throws<ArgumentNullException>(() => Fixture.SelectReady(new ArrayList(), null, new ArrayList(), 0));
        Assert.Throws<ArgumentException>(() => Fixture.SelectReady(new ArrayList { "no socket" }, null, null, 0));
        Assert.Throws<ArgumentException>(() => Fixture.SelectReady(new ArrayList { null }, null, null, 0));
        object socket = NewSocket().Raw;
        Assert.Throws<ArgumentOutOfRangeException>(
            () => Fixture.SelectReady(new ArrayList(Enumerable.Repeat(socket, 65_537).ToArray()), null, null, 0));
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Select_EchoServer_ServesManyClients()
    {
        const int count = 20;
        ISocket listener = NewListener();
        Task serving = OnThread(() => Serve(listener, count));
        await Bounded(Task.WhenAll(Enumerable.Range(0, count).Select(async seed =>
        {
            ISocket client = NewSocket();
            await client.ConnectAsync(listener.LocalEndPoint!, Token);
            for (int i = 0; i < 10; i++)
            {
                byte[] message = Bytes(1000, seed);
                await client.SendAsync(message, Token);
                Assert.Equal(message, await ReceiveExactly(client, message.Length));
            }
            client.Shutdown(SocketShutdown.Send);
            Assert.Equal(0, await ReceiveAsync(client, new byte[1]));
        })));
        await serving;
    }

    private void Serve(ISocket listener, int clients)
    {
        var open = new List<object> { listener.Raw };
        byte[] buffer = new byte[4096];
        while (clients > 0)
        {
            IList read = new ArrayList(open);
            Fixture.SelectReady(read, null, null, Long);
            foreach (object raw in read)
            {
                if (ReferenceEquals(raw, (object)listener.Raw))
                {
                    open.Add(Opened(listener.Accept()).Raw);
                    continue;
                }
                ISocket socket = Fixture.Adapt(raw);
                int received = socket.Receive(buffer);
                if (received > 0)
                {
                    socket.Send(buffer.AsSpan(0, received));
                    continue;
                }
                socket.Dispose();
                open.Remove(raw);
                clients--;
            }
        }
    }

    private static bool Poll(ISocket socket, int microSeconds, SelectMode mode) => socket.Raw.Poll(microSeconds, mode);

    private static ArrayList List(params ISocket[] sockets) =>
        new ArrayList(Array.ConvertAll(sockets, socket => (object)socket.Raw));

    private static void BeginConnect(ISocket socket, EndPoint remote)
    {
        try
        {
            socket.Connect(remote);
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.WouldBlock)
        {
        }
    }
}
