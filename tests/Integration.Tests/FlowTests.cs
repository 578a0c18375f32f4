using System.Diagnostics;
using System.Net.Sockets;
using System.Security.Cryptography;
using FastSockets.Internal;
using FastSockets.Transport;
using FastSockets.Transport.Protocol;

namespace FastSockets.Integration.Tests;

/// <summary>Readers that stop, and what that does to their senders, to others, and to the device.</summary>
[Trait("Category", "Rdma")]
public sealed class FlowTests(ITestOutputHelper output) : IDisposable
{
    private readonly Pairs _pairs = new();

    public void Dispose() => _pairs.Dispose();

    [Fact]
    public async Task Sender_OfSingleBytes_BlocksAtItsWindow_WithoutRetries()
    {
        long notReady = HardwareCounters.ReceiverNotReady;
        (FastSocket client, FastSocket server) = await _pairs.ConnectAsync();
        client.Blocking = false;
        long sent = 0;
        for (int refused = 0; refused < 200;)
        {
            if (client.Send([(byte)(sent % 251)], SocketFlags.None, out SocketError error) == 1)
            {
                sent++;
                refused = 0;
                continue;
            }

            // Room comes with the peer's messages; when none has come for long, it is the window.
            Assert.Equal(SocketError.WouldBlock, error);
            refused++;
            await Task.Delay(10);
        }

        output.WriteLine($"{sent} single bytes were taken");
        Assert.InRange(sent, 64 * 1024, 1024 * 1024);
        byte[] received = await TransferTests.ReceiveExactlyAsync(server, (int)sent).WaitAsync(Pairs.Limit);
        for (int i = 0; i < received.Length; i++)
            Assert.Equal((byte)(i % 251), received[i]);

        Assert.Equal(notReady, HardwareCounters.ReceiverNotReady);
    }

    [Fact]
    public async Task BothEnds_SendingWithoutReading_Block_AndResume()
    {
        const int Size = 24 * 1024 * 1024;
        long notReady = HardwareCounters.ReceiverNotReady;
        (FastSocket client, FastSocket server) = await _pairs.ConnectAsync();
        byte[] up = RandomNumberGenerator.GetBytes(Size), down = RandomNumberGenerator.GetBytes(Size);
        Task sendingUp = TransferTests.SendAllAsync(client, up), sendingDown = TransferTests.SendAllAsync(server, down);
        await Task.Delay(1000);
        Assert.False(sendingUp.IsCompleted);
        Assert.False(sendingDown.IsCompleted);

        Task<byte[]> atServer = TransferTests.ReceiveExactlyAsync(server, Size), atClient = TransferTests.ReceiveExactlyAsync(client, Size);
        await Task.WhenAll(sendingUp, sendingDown, atServer, atClient).WaitAsync(Pairs.Limit);
        Assert.Equal(SHA256.HashData(up), SHA256.HashData(await atServer));
        Assert.Equal(SHA256.HashData(down), SHA256.HashData(await atClient));
        Assert.Equal(notReady, HardwareCounters.ReceiverNotReady);
    }

    [Fact]
    public async Task Reader_ThatStops_CostsTheOthersNothing()
    {
        const int Running = 100, Turns = 5;
        long notReady = HardwareCounters.ReceiverNotReady;
        var running = new List<(FastSocket Client, FastSocket Server)>();
        for (int i = 0; i < Running; i++)
            running.Add(await _pairs.ConnectAsync());

        (FastSocket stopped, FastSocket reader) = await _pairs.ConnectAsync();
        await MoveAsync(running);
        int grantedWhenBusy = LargestGrant();
        // In turns: whatever drifts on the machine meets both alike.
        double[] without = new double[Turns], with = new double[Turns];
        for (int turn = 0; turn < Turns; turn++)
        {
            without[turn] = (await MoveAsync(running)).TotalSeconds;
            Task stuck = TransferTests.SendAllAsync(stopped, new byte[8 * 1024 * 1024]);
            await Task.Delay(300);
            with[turn] = (await MoveAsync(running)).TotalSeconds;
            Assert.False(stuck.IsCompleted);
            await TransferTests.ReceiveExactlyAsync(reader, 8 * 1024 * 1024).WaitAsync(Pairs.Limit);
            await stuck.WaitAsync(Pairs.Limit);
        }

        output.WriteLine($"{Running} connections beside one whose reader has stopped: {Median(without) / Median(with):0.00} times their " +
            $"throughput, by {Turns} turns of {Median(without):0.0} s");
        Assert.Equal(notReady, HardwareCounters.ReceiverNotReady);

        // Slabs follow the traffic.
        Assert.InRange(grantedWhenBusy, 2 * LinkCredits.MinGrant, new TransportOptions().MaxCreditsPerLink);
        for (int wait = 0; wait < 40 && LargestGrant() > 2 * LinkCredits.MinGrant; wait++)
            await Task.Delay(500);

        output.WriteLine($"credits: {grantedWhenBusy} when busy, {LargestGrant()} when idle");
        Assert.InRange(LargestGrant(), LinkCredits.MinGrant, 2 * LinkCredits.MinGrant);
    }

    /// <summary>What a bulk stream may have under way while others send short messages: a slab.</summary>
    private const double Chunk = 32 * 1024;

    private static double Median(double[] values) => values.Order().ElementAt(values.Length / 2);

    private static int LargestGrant() =>
        SharedNetwork.Current!.Links.Where(link => link.ConnectionCount > 0).Max(link => link.Grant);

    /// <summary>What it is over TCP on the same machine stands beside it: with few processors it is their scheduler that is measured.</summary>
    [Fact]
    public async Task RoundTrip_BesideABulkStream_WaitsForChunks_NotForTheStream()
    {
        using var tcp = new Pairs(new FastSocketsOptions { DisableRdma = true });
        // The first may come with a link of its own; the others share one.
        await _pairs.ConnectAsync();
        foreach ((string name, Pairs pairs) in new[] { ("RDMA", _pairs), ("TCP", tcp) })
        {
            (double alone, double beside, double rate, double rateBeside) =
                await BesideBulkAsync(await pairs.ConnectAsync(), await pairs.ConnectAsync());
            output.WriteLine($"{name}: 64 B round trip {alone:0} us alone, {beside:0} us beside a bulk stream, {beside / alone:0.0} times; " +
                $"a chunk takes {Chunk / rate * 1e6:0} us; the stream: {rate / 1e6:0.0} MB/s alone, " +
                $"{rateBeside / rate:0.00} times that beside the round trips");
            Assert.True(rateBeside > 0);
        }
    }

    private static async Task<(double Alone, double Beside, double Rate, double RateBeside)> BesideBulkAsync(
        (FastSocket Client, FastSocket Server) pair, (FastSocket Client, FastSocket Server) bulk)
    {
        const int Rounds = 300;
        await PingAsync(pair.Client, pair.Server, Rounds);
        double alone = await PingAsync(pair.Client, pair.Server, Rounds);
        using var stop = new CancellationTokenSource();
        long moved = 0;
        Task sending = Task.Run(async () =>
        {
            byte[] data = new byte[1024 * 1024];
            while (!stop.IsCancellationRequested)
                await bulk.Client.SendAsync(data);

            bulk.Client.Shutdown(SocketShutdown.Send);
        });
        Task receiving = Task.Run(async () =>
        {
            byte[] buffer = new byte[256 * 1024];
            while (await bulk.Server.ReceiveAsync(buffer) is > 0 and int count)
                Volatile.Write(ref moved, moved + count);
        });
        await Task.Delay(500);
        long movedBefore = Volatile.Read(ref moved);
        var clock = Stopwatch.StartNew();
        double beside = await PingAsync(pair.Client, pair.Server, Rounds);
        double rateBeside = (Volatile.Read(ref moved) - movedBefore) / clock.Elapsed.TotalSeconds;
        movedBefore = Volatile.Read(ref moved);
        clock.Restart();
        await Task.Delay(1500);
        double rate = (Volatile.Read(ref moved) - movedBefore) / clock.Elapsed.TotalSeconds;
        await stop.CancelAsync();
        await Task.WhenAll(sending, receiving).WaitAsync(Pairs.Limit);
        return (alone, beside, rate, rateBeside);
    }

    /// <summary>Every pair moves some at once; how long all of them took.</summary>
    private static async Task<TimeSpan> MoveAsync(List<(FastSocket Client, FastSocket Server)> pairs)
    {
        const int Size = 200_000;
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(pairs.Select(async pair =>
        {
            Task sending = TransferTests.SendAllAsync(pair.Client, new byte[Size]);
            await TransferTests.ReceiveExactlyAsync(pair.Server, Size);
            await sending;
        })).WaitAsync(Pairs.Limit);
        return clock.Elapsed;
    }

    /// <summary>The median round trip of 64 bytes in microseconds, with blocking calls.</summary>
    private static async Task<double> PingAsync(FastSocket client, FastSocket server, int rounds)
    {
        Task echoing = Task.Factory.StartNew(
            () =>
            {
                byte[] echo = new byte[64];
                for (int i = 0; i < rounds; i++)
                {
                    server.Receive(echo);
                    server.Send(echo);
                }
            },
            TaskCreationOptions.LongRunning);
        double median = await Task.Factory.StartNew(
            () =>
            {
                byte[] message = new byte[64];
                return RoundTrips.Median(rounds, () =>
                {
                    client.Send(message);
                    client.Receive(message);
                });
            },
            TaskCreationOptions.LongRunning);
        await echoing;
        return median;
    }
}
