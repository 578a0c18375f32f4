using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using FastSockets.Integration.Tests.Hostile;
using FastSockets.Transport;
using FastSockets.Transport.Protocol;
using Microsoft.Extensions.Logging.Abstractions;

namespace FastSockets.Integration.Tests;

/// <summary>More than one link to a busy peer, and to no other.</summary>
[Trait("Category", "Rdma")]
public sealed class FurtherLinksTests(ITestOutputHelper output) : IDisposable
{
    private const int Patience = 60_000;

    private readonly AcceptQueue _queue = new(1000);
    private readonly List<IDisposable> _open = [];

    public void Dispose()
    {
        foreach (IDisposable each in Enumerable.Reverse(_open))
            each.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Peer_ThatIsBusy_GetsALinkBeside_WhichNewConnectionsUse(bool isDownload)
    {
        (RdmaNetwork client, IPEndPoint remote) = OpenNetworks(most: 2);
        (Connection atClient, Connection atServer) = Connect(client, remote);
        BulkStream bulk = isDownload ? new(atServer, atClient) : new(atClient, atServer);
        (Connection before, Connection beforeAtServer) = Connect(client, remote);
        Link second = AwaitLinkBeside(client, remote);

        // It came with no connection that the peer's application would see.
        Assert.Equal(0, _queue.Count);
        (Connection, Connection)[] pairs = [.. Enumerable.Range(0, 5).Select(_ => ConnectOver(second, client, remote))];
        await Task.WhenAll([EchoAsync(before, beforeAtServer), .. pairs.Select(pair => EchoAsync(pair.Item1, pair.Item2))])
            .WaitAsync(Pairs.Limit);
        Assert.Equal(2, client.Links.Count);
        output.WriteLine($"{bulk.Moved >> 20} MiB moved on the busy link meanwhile");
        await bulk.StopAsync();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Peer_HasNoMoreLinksThanItMay(int most)
    {
        (RdmaNetwork client, IPEndPoint remote) = OpenNetworks(most);
        (Connection from, Connection to) = Connect(client, remote);
        List<BulkStream> streams = [new BulkStream(from, to)];
        if (most == 2)
        {
            (from, to) = ConnectOver(AwaitLinkBeside(client, remote), client, remote);
            streams.Add(new BulkStream(from, to));
        }

        Await(() => client.Links.All(link => link.IsBusy));

        for (int i = 0; i < 30; i++)
        {
            Connect(client, remote);
            Assert.Equal(most, client.Links.Count);
            await Task.Delay(100);
        }

        foreach (BulkStream stream in streams)
            await stream.StopAsync();
    }

    [Fact]
    public async Task LinkBeside_WhenTheLoadIsGone_IsLeftToEnd()
    {
        (RdmaNetwork client, IPEndPoint remote) = OpenNetworks(idleTime: TimeSpan.FromSeconds(15));
        (Connection from, Connection to) = Connect(client, remote);
        Link first = Assert.Single(client.Links);
        var bulk = new BulkStream(from, to);
        Link second = AwaitLinkBeside(client, remote);
        ConnectOver(second, client, remote);
        await bulk.StopAsync();
        Await(() => !first.IsBusy && !second.IsBusy);
        int before = second.ConnectionCount;
        (Connection late, Connection lateAtServer) = Connect(client, remote);
        Assert.Equal(before, second.ConnectionCount);
        await EchoAsync(late, lateAtServer).WaitAsync(Pairs.Limit);
        Assert.False(second.HasEnded);
        foreach (Connection each in _open.OfType<Connection>().Where(each => each != late && each != lateAtServer))
            each.Dispose();

        Await(() => client.Links.Count == 1);
        Assert.True(second.HasEnded);
        Assert.False(first.HasEnded);
        await EchoAsync(late, lateAtServer).WaitAsync(Pairs.Limit);
    }

    [Fact]
    public async Task Peer_WithManyIdleConnections_HasOneLink()
    {
        const int Connections = 500;
        (RdmaNetwork client, IPEndPoint remote) = OpenNetworks();
        for (int i = 0; i < Connections; i++)
        {
            Connect(client, remote);
            if (i % 100 == 0)
                await Task.Delay(1000);
        }

        Link link = Assert.Single(client.Links);
        Assert.Equal(Connections, link.ConnectionCount);
        Assert.False(link.IsBusy);
    }

    /// <summary>Of a link beside its own: what comes of it disturbs nobody, and it is not asked for again at once.</summary>
    [Theory]
    [InlineData("rejects")]
    [InlineData("takes it for one with a connection")]
    [InlineData("is another process")]
    [InlineData("is silent")]
    public async Task Peer_ThatWantsNoSecondLink_KeepsTheFirst(string how)
    {
        RdmaNetwork client = OpenNetwork(new TransportOptions { ConnectTimeout = TimeSpan.FromSeconds(20) });
        using var listener = new HostileListener();
        Task<ConnectOutcome> connecting = Task.Run(() => client.Connect(listener.EndPoint, null));
        using HostilePeer peer = listener.Accept(HostilePeer.Bytes(HostilePeer.Greeting with { Credits = 16 }), credits: 16);
        using Connection bulk = (await connecting.WaitAsync(Pairs.Limit)).Connection!;
        Link first = Assert.Single(client.Links);

        // Data waits for credits that never come.
        Task sending = bulk.SendAsync(new byte[1_000_000]).AsTask();
        Await(() => first.IsBusy);
        Task<ConnectOutcome> second = client.ConnectAsync(listener.EndPoint, null, CancellationToken.None).AsTask();
        RdmaSharp.CmEvent request = listener.AwaitRequest();
        Assert.Equal(RefuseReason.None, Hello.TryRead(request.PrivateData, out Hello hello));
        Assert.True(hello.IsLinkAlone);
        HostilePeer? beside = null;
        switch (how)
        {
            case "rejects":
                request.Id.Reject(Hello.Reject(RefuseReason.NoResources));
                break;
            case "takes it for one with a connection":
                beside = HostilePeer.Accept(request, HostilePeer.Bytes(HostilePeer.Greeting));
                break;
            case "is another process":
                beside = HostilePeer.Accept(
                    request, HostilePeer.Bytes(HostilePeer.Greeting with { Process = 1, IsLinkAlone = true }));
                break;
        }

        beside?.AwaitEnd();
        Await(() => client.Links.Count == 1);
        Assert.False(first.HasEnded);
        Assert.True(bulk.IsAlive);
        Assert.False(sending.IsCompleted);
        Assert.True(first.IsBusy);

        // The peer's credits are spent, so no further OPEN gets an answer; that none of them makes a link is what counts.
        for (int i = 0; i < 5; i++)
            _ = client.ConnectAsync(listener.EndPoint, null, CancellationToken.None).AsTask();

        await Task.Delay(1000);
        Assert.Equal(first, Assert.Single(client.Links));
        beside?.Dispose();
        if (beside is null)
            request.Id.Dispose();

        client.Dispose();
        await Assert.ThrowsAsync<SocketException>(() => sending);
        Assert.Null((await second).Connection);
    }

    [Fact]
    public async Task Network_DisposedWhileALinkIsMadeBeside_LeavesNothing()
    {
        Holdings? before = null;
        for (int round = 0; round < 4; round++)
        {
            if (round == 1)
            {
                // The first opening leaves what the process keeps: the CM's devices, the runtime's threads.
                await Task.Delay(2000);
                before = Holdings.Read();
            }

            var queue = new AcceptQueue(10);
            var options = new TransportOptions { ConnectTimeout = TimeSpan.FromSeconds(30) };
            RdmaNetwork server = RdmaNetwork.TryOpen(options, NullLogger.Instance, out _)!;
            RdmaNetwork client = RdmaNetwork.TryOpen(options, NullLogger.Instance, out _)!;
            _open.AddRange([server, client]);
            RdmaListener listener = server.Listen(new IPEndPoint(Machine.Address, 0), dualMode: false, queue);
            IPEndPoint remote = listener.LocalEndPoint;
            Connection from = client.Connect(remote, null).Connection!;
            var to = (Connection)queue.Take(Patience)!;

            // Without end: a link that keeps up is not busy, and could have moved any amount before it is.
            Task sending = Task.Run(async () =>
            {
                byte[] block = new byte[1 << 20];
                while (true)
                    await from.SendAsync(block);
            });
            Task reading = Task.Run(async () =>
            {
                byte[] buffer = new byte[65536];
                while (await to.ReceiveAsync(buffer) > 0)
                {
                }
            });
            Await(() => client.Links[0].IsBusy);
            Task<ConnectOutcome> connecting = client.ConnectAsync(remote, null, CancellationToken.None).AsTask();

            // Sooner, later, and after it is there.
            await Task.Delay(round * 10);
            await Task.WhenAll(Task.Run(client.Dispose), round % 2 == 0 ? Task.CompletedTask : Task.Run(server.Dispose))
                .WaitAsync(Pairs.Limit);
            foreach (Task ended in (Task[])[sending, reading, connecting])
            {
                try
                {
                    await ended.WaitAsync(Pairs.Limit);
                }
                catch (Exception e) when (e is SocketException or ObjectDisposedException)
                {
                    // As it should be.
                }
            }

            from.Abort();
            to.Abort();
            listener.Dispose();
            server.Dispose();
        }

        Holdings.AssertBack(before!);
    }

    [Fact]
    public async Task RoundTrip_BesideABulkStream_OnTheSameLink_AndOnAnother()
    {
        const int Rounds = 300;
        (RdmaNetwork client, IPEndPoint remote) = OpenNetworks();
        (Connection from, Connection to) = Connect(client, remote);
        (Connection same, Connection sameAtServer) = Connect(client, remote);
        Ping(same, sameAtServer, Rounds);
        double alone = Ping(same, sameAtServer, Rounds);
        var bulk = new BulkStream(from, to);
        Link second = AwaitLinkBeside(client, remote);
        (Connection other, Connection otherAtServer) = ConnectOver(second, client, remote);

        // In turn, since the machine has its moods.
        double[,] times = new double[2, 3], rates = new double[2, 3];
        for (int round = 0; round < 3; round++)
        {
            for (int link = 0; link < 2; link++)
            {
                long moved = bulk.Moved;
                var clock = Stopwatch.StartNew();
                times[link, round] = link == 0 ? Ping(same, sameAtServer, Rounds) : Ping(other, otherAtServer, Rounds);
                rates[link, round] = (bulk.Moved - moved) / clock.Elapsed.TotalSeconds;
            }
        }

        output.WriteLine($"64 B round trip: {alone:0} us alone");
        for (int link = 0; link < 2; link++)
        {
            string where = link == 0 ? "on the link of a bulk stream" : "on the link beside";
            output.WriteLine(
                $"{where}: {times[link, 0]:0}, {times[link, 1]:0}, {times[link, 2]:0} us; " +
                $"the stream meanwhile: {rates[link, 0] / 1e6:0.0}, {rates[link, 1] / 1e6:0.0}, {rates[link, 2] / 1e6:0.0} MB/s");
        }

        // Two bulk streams on one link, and on two.
        (Connection, Connection)[] seconds = [(same, sameAtServer), (other, otherAtServer)];
        foreach ((Connection near, Connection far) in seconds)
        {
            var another = new BulkStream(near, far);
            await Task.Delay(500);
            long moved = bulk.Moved + another.Moved;
            await Task.Delay(3000);
            output.WriteLine($"two streams on {(near == same ? "one link" : "two links")}: " +
                $"{(bulk.Moved + another.Moved - moved) / 3e6:0.0} MB/s together");
            await another.StopAsync();
        }

        await bulk.StopAsync();
    }

    private (RdmaNetwork Client, IPEndPoint Remote) OpenNetworks(int most = 4, TimeSpan? idleTime = null)
    {
        var options = new TransportOptions
        {
            ConnectTimeout = TimeSpan.FromSeconds(20),
            MaxLinksPerPeer = most,
            LinkIdleTime = idleTime ?? TimeSpan.FromSeconds(60),
        };
        RdmaListener listener = OpenNetwork(options).Listen(new IPEndPoint(Machine.Address, 0), dualMode: false, _queue);
        _open.Add(listener);
        return (OpenNetwork(options), listener.LocalEndPoint);
    }

    private RdmaNetwork OpenNetwork(TransportOptions options)
    {
        RdmaNetwork network = RdmaNetwork.TryOpen(options, NullLogger.Instance, out _)!;
        _open.Add(network);
        return network;
    }

    private (Connection AtClient, Connection AtServer) Connect(RdmaNetwork client, IPEndPoint remote)
    {
        ConnectOutcome outcome = client.Connect(remote, null);
        Assert.Equal(FallbackReason.None, outcome.Reason);
        var accepted = (Connection)_queue.Take(Patience)!;
        _open.Add(outcome.Connection!);
        _open.Add(accepted);
        Assert.Equal(outcome.Connection!.LocalEndPoint, accepted.RemoteEndPoint);
        return (outcome.Connection, accepted);
    }

    /// <summary>
    /// Connects now and then until another link has come. A link that keeps up is not busy, and on some days it keeps up for much of the
    /// time: so it is not any one connect that must bring it.
    /// </summary>
    private Link AwaitLinkBeside(RdmaNetwork client, IPEndPoint remote)
    {
        Link first = Assert.Single(client.Links);
        Await(() => IsBeside(client.Links, first) || (first.IsBusy && Connect(client, remote).AtClient is null));
        return client.Links.Single(link => link != first);

        static bool IsBeside(IReadOnlyCollection<Link> links, Link first) => links.Any(link => link != first && link.PeerProcess != 0);
    }

    /// <summary>Connects until a connection has come over the link, which is that while the other is busy.</summary>
    private (Connection AtClient, Connection AtServer) ConnectOver(Link link, RdmaNetwork client, IPEndPoint remote)
    {
        (Connection AtClient, Connection AtServer) pair = default;
        int before = link.ConnectionCount;
        Await(() =>
        {
            if (client.Links.Any(each => each.IsBusy))
                pair = Connect(client, remote);

            return link.ConnectionCount > before;
        });
        return pair;
    }

    private static void Await(Func<bool> condition)
    {
        long deadline = Environment.TickCount64 + Patience;
        while (!condition())
        {
            Assert.True(Environment.TickCount64 < deadline, "it did not come to that in time");
            Thread.Sleep(20);
        }
    }

    private static async Task EchoAsync(Connection client, Connection server)
    {
        const int Size = 100_000;
        byte[] up = RandomNumberGenerator.GetBytes(Size), atServer = new byte[Size], down = new byte[Size];
        Task<int> sending = client.SendAsync(up).AsTask();
        await ReceiveAllAsync(server, atServer);
        await sending;
        sending = server.SendAsync(atServer).AsTask();
        await ReceiveAllAsync(client, down);
        await sending;
        Assert.Equal(SHA256.HashData(up), SHA256.HashData(down));
    }

    private static async Task ReceiveAllAsync(Connection connection, Memory<byte> into)
    {
        while (into.Length > 0)
        {
            int count = await connection.ReceiveAsync(into);
            Assert.NotEqual(0, count);
            into = into[count..];
        }
    }

    /// <summary>The median round trip of 64 bytes in microseconds, with blocking calls.</summary>
    private static double Ping(Connection client, Connection server, int rounds)
    {
        var echoing = new Thread(() =>
        {
            byte[] echo = new byte[64];
            for (int i = 0; i < rounds; i++)
                server.Send(echo.AsSpan(0, server.Receive(echo)));
        });
        echoing.Start();
        byte[] message = new byte[64];
        double median = RoundTrips.Median(rounds, () =>
        {
            client.Send(message);
            Assert.Equal(64, client.Receive(message));
        });
        echoing.Join();
        return median;
    }

    /// <summary>Sends as fast as it goes until stopped; each block must arrive as it was sent. (To hash would take longer than to send.)</summary>
    private sealed class BulkStream
    {
        private readonly byte[] _block = RandomNumberGenerator.GetBytes(1 << 20);
        private readonly Task _sending;
        private readonly Task _receiving;
        private long _moved;
        private volatile bool _isStopping;

        public BulkStream(Connection from, Connection to)
        {
            _sending = Task.Run(() => SendAsync(from));
            _receiving = Task.Run(() => ReceiveAsync(to));
        }

        public long Moved => Volatile.Read(ref _moved);

        /// <summary>The connection stays open, for others to use.</summary>
        public async Task StopAsync()
        {
            _isStopping = true;
            await _sending.WaitAsync(Pairs.Limit);
            await _receiving.WaitAsync(Pairs.Limit);
        }

        private async Task SendAsync(Connection from)
        {
            int sent = 0;
            while (!_isStopping)
            {
                // The number of each block is told in it, and the last by a zero.
                BinaryPrimitives.WriteInt32LittleEndian(_block, ++sent);
                Assert.Equal(_block.Length, await from.SendAsync(_block));
            }

            BinaryPrimitives.WriteInt32LittleEndian(_block, 0);
            Assert.Equal(_block.Length, await from.SendAsync(_block));
        }

        private async Task ReceiveAsync(Connection to)
        {
            byte[] block = new byte[_block.Length];
            for (int received = 1, number = 1; number != 0; received++)
            {
                for (int at = 0; at < block.Length;)
                {
                    int count = await to.ReceiveAsync(block.AsMemory(at));
                    Assert.NotEqual(0, count);
                    at += count;
                    Interlocked.Add(ref _moved, count);
                }

                number = BinaryPrimitives.ReadInt32LittleEndian(block);
                Assert.True(number == received || number == 0, $"{number} came, not {received}");
                Assert.True(block.AsSpan(sizeof(int)).SequenceEqual(_block.AsSpan(sizeof(int))));
            }
        }
    }
}
