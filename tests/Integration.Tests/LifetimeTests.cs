using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using FastSockets.Integration.Tests.Hostile;
using FastSockets.Integration.Tests.Scale;
using FastSockets.Transport;
using FastSockets.Transport.Protocol;
using Microsoft.Extensions.Logging.Abstractions;

namespace FastSockets.Integration.Tests;

/// <summary>How sockets end: by Close, by nobody, and while calls are under way.</summary>
[Trait("Category", "Rdma")]
public sealed class LifetimeTests : IDisposable
{
    private readonly Pairs _pairs = new();

    public void Dispose() => _pairs.Dispose();

    [Fact]
    public async Task Linger_PeerThatReads_GetsAllAndTheEnd()
    {
        (FastSocket client, FastSocket server) = await _pairs.ConnectAsync();
        client.LingerState = new LingerOption(true, 60);
        byte[] data = new byte[200_000];
        Task<byte[]> receiving = TransferTests.ReceiveExactlyAsync(server, data.Length);
        await TransferTests.SendAllAsync(client, data);
        await Task.Run(client.Dispose).WaitAsync(Pairs.Limit);
        await receiving.WaitAsync(Pairs.Limit);
        Assert.Equal(0, await server.ReceiveAsync(new byte[1]).WaitAsync(Pairs.Limit));
    }

    [Fact]
    public async Task Linger_PeerThatTakesNothing_WaitsAndResets()
    {
        (FastSocket client, FastSocket server) = await _pairs.ConnectAsync();
        client.LingerState = new LingerOption(true, 1);
        await FillAsync(client);
        var clock = Stopwatch.StartNew();
        await Task.Run(client.Dispose).WaitAsync(Pairs.Limit);
        Assert.True(clock.ElapsedMilliseconds >= 990, $"{clock.Elapsed}");
        SocketException e = await Assert.ThrowsAsync<SocketException>(async () =>
        {
            byte[] buffer = new byte[100_000];
            while (await server.ReceiveAsync(buffer).WaitAsync(Pairs.Limit) > 0)
            {
            }
        });
        Assert.Equal(SocketError.ConnectionReset, e.SocketErrorCode);
    }

    /// <summary>Sends without waiting until nothing more is taken; how many bytes were.</summary>
    private static async Task<int> FillAsync(FastSocket socket)
    {
        socket.Blocking = false;
        byte[] small = new byte[1000];
        int sent = 0;
        for (int refused = 0; refused < 50;)
        {
            sent += socket.Send(small, SocketFlags.None, out SocketError error);
            if (error == SocketError.Success)
                continue;

            // For want of credits at first, and for good when the window is full.
            refused++;
            await Task.Delay(20);
        }

        return sent;
    }

    [Fact]
    public async Task DisconnectAsync_Lingering_DoesNotHoldItsCaller()
    {
        (FastSocket client, FastSocket server) = await _pairs.ConnectAsync();
        client.LingerState = new LingerOption(true, 60);
        int sent = await FillAsync(client);
        ValueTask disconnecting = client.DisconnectAsync(reuseSocket: true);

        Assert.False(disconnecting.IsCompleted);
        await TransferTests.ReceiveExactlyAsync(server, sent).WaitAsync(Pairs.Limit);
        await disconnecting.AsTask().WaitAsync(Pairs.Limit);
        Assert.Equal(0, await server.ReceiveAsync(new byte[1]).WaitAsync(Pairs.Limit));
    }

    [Fact]
    public async Task Socket_ThatNobodyHolds_ResetsItsPeer()
    {
        FastSocket server = await AbandonClientAsync();
        Task<int> receiving = server.ReceiveAsync(new byte[1]);
        for (int i = 0; i < 100 && !receiving.IsCompleted; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            await Task.Delay(50);
        }

        SocketException e = await Assert.ThrowsAsync<SocketException>(() => receiving.WaitAsync(Pairs.Limit));
        Assert.Equal(SocketError.ConnectionReset, e.SocketErrorCode);
    }

    [Fact]
    public async Task Socket_WithAReceiveUnderWay_IsNotAbandoned()
    {
        (Task<int> receiving, FastSocket server) = await AbandonReceiverAsync();
        for (int i = 0; i < 10; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            await Task.Delay(20);
        }

        Assert.False(receiving.IsCompleted);
        await server.SendAsync(new byte[5]);
        Assert.Equal(5, await receiving.WaitAsync(Pairs.Limit));
    }

    [Fact]
    public async Task ValueTask_AwaitedTwice_Throws_AndTheNextIsNotHurt()
    {
        (FastSocket client, FastSocket server) = await _pairs.ConnectAsync();
        byte[] buffer = new byte[10];
        ValueTask<int> first = client.ReceiveAsync(buffer.AsMemory());
        await server.SendAsync(new byte[3]);
        Assert.Equal(3, await first);
        Assert.Throws<InvalidOperationException>(() => first.GetAwaiter().GetResult());

        ValueTask<int> next = client.ReceiveAsync(buffer.AsMemory());
        Assert.Throws<InvalidOperationException>(() => first.GetAwaiter().GetResult());
        Assert.Throws<InvalidOperationException>(() => next.GetAwaiter().GetResult());
        await server.SendAsync(new byte[4]);
        Assert.Equal(4, await next.AsTask().WaitAsync(Pairs.Limit));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Connect_ThatWaitsForAnAnswer_IsEndedByDispose(bool overALinkThereIs)
    {
        using var listener = new HostileListener();
        using var first = new FastSocket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        HostilePeer? peer = null;
        if (overALinkThereIs)
        {
            Task connected = first.ConnectAsync(listener.EndPoint);
            peer = listener.Accept(HostilePeer.Bytes(HostilePeer.Greeting));
            await connected.WaitAsync(Pairs.Limit);
        }

        var socket = new FastSocket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        Task<SocketException> connecting = Task.Run(
            () => Assert.Throws<SocketException>(() => socket.Connect(listener.EndPoint)));
        if (peer is null)
            listener.AwaitRequest();
        else
            peer.AwaitControl(ControlKind.Open);

        await Task.Delay(100);
        Assert.False(connecting.IsCompleted);
        var clock = Stopwatch.StartNew();
        socket.Dispose();
        Assert.Equal(SocketError.NotSocket, (await connecting.WaitAsync(Pairs.Limit)).SocketErrorCode);

        // Less than the time in which the attempt would have ended by itself.
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(10), $"{clock.Elapsed}");
        peer?.Dispose();
    }

    /// <summary>With calls of every kind under way, and from many threads at once.</summary>
    [Fact]
    public async Task Network_DisposedUnderItsUsers_LeavesNothing()
    {
        Holdings before = Holdings.Read();
        for (int round = 0; round < 3; round++)
        {
            var options = new TransportOptions { ConnectTimeout = TimeSpan.FromSeconds(30) };
            RdmaNetwork network = RdmaNetwork.TryOpen(options, NullLogger.Instance, out _)!;
            var queue = new AcceptQueue(100);
            RdmaListener listener = network.Listen(new IPEndPoint(Machine.Address, 0), dualMode: false, queue);
            IPEndPoint remote = listener.LocalEndPoint;
            var connections = new List<Connection>();
            for (int i = 0; i < 20; i++)
            {
                connections.Add(network.Connect(remote, null).Connection!);
                connections.Add((Connection)queue.Take(60_000)!);
            }

            using var silent = new HostileListener();
            List<Task> calls =
            [
                Task.Run(() => network.Connect(silent.EndPoint, null)),
                .. connections.Take(8).Select(each => Task.Run(() => each.Receive(new byte[1]))),
                .. connections.Skip(8).Take(8).Select(each => each.ReceiveAsync(new byte[1]).AsTask()),
                .. connections.Skip(16).Take(8).Select(each => Task.Run(() => each.Send(new byte[10_000_000]))),
                .. connections.Skip(24).Take(8).Select(each => each.SendAsync(new byte[10_000_000]).AsTask()),
            ];
            silent.AwaitRequest().Id.Dispose();
            await Task.Delay(200);
            await Task.WhenAll(
                [
                    .. Enumerable.Range(0, 3).Select(_ => Task.Run(network.Dispose)),
                    .. Enumerable.Range(0, 2).Select(_ => Task.Run(listener.Dispose)),
                    .. connections.Select(each => Task.Run(each.Dispose)),
                ]).WaitAsync(Pairs.Limit);
            foreach (Task call in calls)
            {
                try
                {
                    await call.WaitAsync(Pairs.Limit);
                }
                catch (Exception e) when (e is SocketException or ObjectDisposedException)
                {
                    // Ended, as it should be.
                }
            }

            foreach (Connection connection in connections)
                connection.Abort();
        }

        Holdings.AssertBack(before);
    }

    [Fact]
    public async Task Peer_ThatEndsWithoutClosing_EndsItsConnections()
    {
        using var peer = new PeerProcess();
        string port = await peer.DoAsync("listen 1");
        using var socket = new FastSocket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(new IPEndPoint(Machine.Address, int.Parse(port))).WaitAsync(Pairs.Limit);
        Assert.Equal(FastTransport.Rdma, socket.Transport);
        Task<int> receiving = socket.ReceiveAsync(new byte[1]);
        peer.End();
        Assert.Equal(0, await receiving.WaitAsync(Pairs.Limit));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<FastSocket> AbandonClientAsync()
    {
        using var listener = new FastSocket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(Machine.Address, 0));
        listener.Listen();
        var client = new FastSocket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        Task<FastSocket> accepting = listener.AcceptAsync();
        await client.ConnectAsync(listener.LocalEndPoint!).WaitAsync(Pairs.Limit);
        Assert.Equal(FastTransport.Rdma, client.Transport);
        return await accepting.WaitAsync(Pairs.Limit);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<(Task<int> Receiving, FastSocket Server)> AbandonReceiverAsync()
    {
        using var listener = new FastSocket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(Machine.Address, 0));
        listener.Listen();
        var client = new FastSocket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        Task<FastSocket> accepting = listener.AcceptAsync();
        await client.ConnectAsync(listener.LocalEndPoint!).WaitAsync(Pairs.Limit);
        FastSocket server = await accepting.WaitAsync(Pairs.Limit);
        return (client.ReceiveAsync(new byte[10]), server);
    }
}
