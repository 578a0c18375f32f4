using System.Buffers;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace FastSockets.Integration.Tests;

/// <summary>The server's host falls silent in the middle of everything; what the client's host sees of it, and when.</summary>
[Trait("Category", "TwoHosts")]
public sealed class DeadHostTests(ITestOutputHelper output)
{
    // Each port has a link of its own: what is sent on one tells nothing of the others.
    private const int IdlePort = 7373;
    private const int BusyPort = 7374;
    private const int PostedPort = 7375;
    private const int LaterPort = 7376;

    private const int PostedSize = 1024 * 1024;
    private const int WorkSize = 256 * 1024;

    /// <summary>
    /// An idle link is pinged after 15 s, and the device tries for another 15 s; the rest is for slow machines. Less than what it takes by
    /// the patience for sends (40 s) alone: that would hide a device that never gives up.
    /// </summary>
    private static readonly TimeSpan IdleBound = TimeSpan.FromSeconds(50);
    private static readonly TimeSpan SendingBound = TimeSpan.FromSeconds(38);

    /// <summary>Connecting to a dead host takes as long as TCP takes (2 minutes at worst), so it is cancelled after this.</summary>
    private static readonly TimeSpan ConnectPatience = TimeSpan.FromSeconds(25);

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(240);

    private readonly Signal _listening = new("dead-host-listening");
    private readonly Signal _survived = new("dead-host-survived");
    private readonly Signal _back = new("dead-host-back");

    [Fact]
    public async Task Host_FallsSilent_IsNoticedOnEveryConnection_AndDisturbsNobodyElse()
    {
        if (Machine.IsServer)
            await FallSilentAsync().WaitAsync(Limit);
        else
            await SurviveAsync().WaitAsync(Limit);
    }

    private async Task FallSilentAsync()
    {
        _back.Clear();
        using FastSocket idleListener = Listen(IdlePort), busyListener = Listen(BusyPort), postedListener = Listen(PostedPort);
        using FastSocket later = Bind(LaterPort);
        _listening.Raise();
        using FastSocket idle = await idleListener.AcceptAsync();
        using FastSocket busy = await busyListener.AcceptAsync();
        using FastSocket posted = await postedListener.AcceptAsync();
        Task drainingBusy = DrainAsync(busy), drainingPosted = DrainAsync(posted);
        await TransferTests.ReceiveExactlyAsync(idle, 1);

        // The word is acknowledged by then: the idle link is idle.
        await Task.Delay(1000);
        using (new Silence())
        {
            var clock = Stopwatch.StartNew();
            await Task.WhenAll(
                NoticeAsync("silent host, idle", DrainAsync(idle), IdleBound, clock),
                NoticeAsync("silent host, receiving much", drainingBusy, IdleBound, clock),
                NoticeAsync("silent host, peer's receive posted", drainingPosted, IdleBound, clock));
            await _survived.AwaitAsync();
        }

        later.Listen();
        _back.Raise();
        using FastSocket next = await later.AcceptAsync();
        await TransferTests.SendAllAsync(next, await TransferTests.ReceiveExactlyAsync(next, 1));
        Assert.Equal(0, await next.ReceiveAsync(new byte[1]));
    }

    private async Task SurviveAsync()
    {
        _survived.Clear();
        using var local = new Pairs();
        (FastSocket, FastSocket) pair = await local.ConnectAsync();
        await WorkAsync(pair);
        string before = ReadObjects();

        await _listening.AwaitAsync();
        using FastSocket idle = await TwoHostsTests.ConnectAsync(IdlePort);
        using FastSocket busy = await TwoHostsTests.ConnectAsync(BusyPort);
        using FastSocket posted = await TwoHostsTests.ConnectAsync(PostedPort);
        using var pool = new FastMemoryPool();
        using IMemoryOwner<byte> buffer = pool.Rent(PostedSize);
        Task receiving = posted.ReceiveAsync(buffer.Memory).AsTask();
        Task blocking = Task.Factory.StartNew(
            () => idle.Receive(new byte[1]), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        Task sending = SendEndlesslyAsync(busy);
        while (posted.Connection!.Counters.AdvertsSent == 0 || busy.Connection!.Counters.BytesSent < PostedSize)
            await Task.Delay(10);

        Assert.Equal(1, posted.Connection!.Counters.AdvertsSent);
        Assert.False(blocking.IsCompleted || sending.IsCompleted || receiving.IsCompleted);
        output.WriteLine($"objects before: {before}, with links: {ReadObjects()}");

        await TransferTests.SendAllAsync(idle, new byte[1]);
        var clock = Stopwatch.StartNew();
        using var noticed = new CancellationTokenSource();
        Task working = WorkOnAsync(pair, noticed.Token);
        await Task.WhenAll(
            NoticeAsync("blocked in Receive", blocking, IdleBound, clock),
            NoticeAsync("sending", sending, SendingBound, clock),
            NoticeAsync("receive posted", receiving, IdleBound, clock),
            FailToConnectAsync("connecting to a port with a link", BusyPort, clock),
            FailToConnectAsync("connecting to a port without", LaterPort, clock));
        await noticed.CancelAsync();
        await working;
        Assert.Throws<SocketException>(() => posted.Send(new byte[1]));
        await AssertObjectsBackAsync(before);
        _survived.Raise();

        await _back.AwaitAsync();
        using FastSocket next = await TwoHostsTests.ConnectAsync(LaterPort);
        await TransferTests.SendAllAsync(next, new byte[1]);
        await TransferTests.ReceiveExactlyAsync(next, 1);
        output.WriteLine($"connected again after {clock.Elapsed.TotalSeconds:0.0} s");
    }

    private async Task NoticeAsync(string what, Task ending, TimeSpan bound, Stopwatch clock)
    {
        SocketException e = await Assert.ThrowsAsync<SocketException>(() => ending.WaitAsync(bound));
        output.WriteLine($"{what}: {e.SocketErrorCode} after {clock.Elapsed.TotalSeconds:0.0} s");
        Assert.Equal(SocketError.ConnectionReset, e.SocketErrorCode);
    }

    /// <summary>Begins when the host is silent for certain.</summary>
    private async Task FailToConnectAsync(string what, int port, Stopwatch clock)
    {
        await Task.Delay(5000);
        using var socket = new FastSocket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        using var patience = new CancellationTokenSource(ConnectPatience);
        TimeSpan start = clock.Elapsed;
        Exception? e = await Record.ExceptionAsync(
            () => socket.ConnectAsync(new IPEndPoint(Machine.Peer, port), patience.Token).AsTask().WaitAsync(IdleBound));
        string error = e is SocketException { SocketErrorCode: var code } ? $"{code}" : $"{e?.GetType().Name}";
        output.WriteLine(
            $"{what}: {error} ({socket.FallbackReason}: {socket.FallbackDetail}) after {(clock.Elapsed - start).TotalSeconds:0.0} s");
        Assert.True(
            e is OperationCanceledException or SocketException { SocketErrorCode: SocketError.HostUnreachable or SocketError.TimedOut },
            $"{what}: {e}");
    }

    /// <summary>Old connections and new, over old links and new.</summary>
    private async Task WorkOnAsync((FastSocket, FastSocket) old, CancellationToken until)
    {
        int rounds = 0;
        TimeSpan slowest = TimeSpan.Zero;
        for (; !until.IsCancellationRequested; rounds++)
        {
            var clock = Stopwatch.StartNew();
            await WorkAsync(old);
            using var fresh = new Pairs();
            await WorkAsync(await fresh.ConnectAsync());
            slowest = clock.Elapsed > slowest ? clock.Elapsed : slowest;
            await Task.Delay(500, CancellationToken.None);
        }

        output.WriteLine($"{rounds} rounds of local work meanwhile, the slowest in {slowest.TotalSeconds:0.0} s");
    }

    private static async Task WorkAsync((FastSocket Client, FastSocket Server) pair)
    {
        byte[] data = RandomNumberGenerator.GetBytes(WorkSize);
        Task<byte[]> receiving = TransferTests.ReceiveExactlyAsync(pair.Server, data.Length);
        await TransferTests.SendAllAsync(pair.Client, data).WaitAsync(IdleBound);
        Assert.Equal(SHA256.HashData(data), SHA256.HashData(await receiving.WaitAsync(IdleBound)));
    }

    private static async Task SendEndlesslyAsync(FastSocket socket)
    {
        byte[] data = new byte[64 * 1024];
        while (true)
            await socket.SendAsync(data);
    }

    private static async Task DrainAsync(FastSocket socket)
    {
        byte[] buffer = new byte[64 * 1024];
        while (await socket.ReceiveAsync(buffer) > 0)
        {
        }
    }

    private static FastSocket Listen(int port)
    {
        FastSocket listener = Bind(port);
        listener.Listen();
        return listener;
    }

    private static FastSocket Bind(int port)
    {
        var socket = new FastSocket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Any, port));
        return socket;
    }

    /// <summary>All kinds of objects but memory regions, which a device keeps for its next links.</summary>
    private static string ReadObjects() => Regex.Replace(Holdings.ReadResources(), @" mr \d+", "").Trim();

    private static async Task AssertObjectsBackAsync(string before)
    {
        string now = ReadObjects();
        for (int attempt = 0; attempt < 40 && !Holdings.AreWithin(now, before); attempt++)
        {
            await Task.Delay(250);
            now = ReadObjects();
        }

        Assert.True(Holdings.AreWithin(now, before), $"{before} became {now}");
    }
}
