using System.Text.RegularExpressions;

namespace FastSockets.Integration.Tests.Scale;

/// <summary>What ten thousand idle connections between two processes cost them.</summary>
[Trait("Category", "Rdma")]
public sealed class IdleConnectionsTests(ITestOutputHelper output) : IDisposable
{
    private const int Connections = 10_000;
    private const int BytesEach = 2048;

    private readonly PeerProcess _server = new();
    private readonly PeerProcess _client = new();

    // The same with one connection.
    private readonly PeerProcess _aloneServer = new();
    private readonly PeerProcess _aloneClient = new();

    public void Dispose()
    {
        foreach (PeerProcess peer in new[] { _client, _server, _aloneClient, _aloneServer })
            peer.Dispose();
    }

    [Fact]
    public async Task Connections_TenThousandIdle_CostLittleMemory_AndNothingElse()
    {
        string port = await BeginAsync(_server, _client);
        await BeginAsync(_aloneServer, _aloneClient);
        // Opening in numbers warms up what opening takes.
        Assert.Equal("100", await _client.DoAsync($"connect {port} 100"));
        Footprint[] before = [await FootprintAsync(_server), await FootprintAsync(_client)];

        Assert.Equal($"{Connections}", await _client.DoAsync($"connect {port} {Connections}"));
        Assert.Equal($"{Connections + 101}", await _server.DoAsync($"await {Connections + 101}"));
        Footprint[] after = [await FootprintAsync(_server), await FootprintAsync(_client)];
        (double alone, double among) = await RoundTripsAsync();
        output.WriteLine($"64 B round trip: {alone:0.0} us alone, {among:0.0} us among {Connections}: {among / alone:0.00} times");
        for (int end = 0; end < 2; end++)
        {
            string name = end == 0 ? "acceptor" : "initiator";
            double heap = (after[end].Heap - before[end].Heap) / Connections;
            double resident = (double)(after[end].Resident - before[end].Resident) / Connections;
            output.WriteLine($"{name}: {heap:0} bytes of objects, {resident:0} resident for each connection; " +
                $"pinned {before[end].Pinned} -> {after[end].Pinned}, descriptors {before[end].Descriptors} -> {after[end].Descriptors}");
        }

        double[] idle = await IdleAsync();
        output.WriteLine($"idle: {idle[0]:P2} and {idle[1]:P2} of a processor");

        for (int end = 0; end < 2; end++)
        {
            Assert.InRange((after[end].Heap - before[end].Heap) / Connections, 1, BytesEach);
            Assert.InRange((double)(after[end].Resident - before[end].Resident) / Connections, 1, BytesEach);
            Assert.Equal(before[end].Descriptors, after[end].Descriptors);
            // Slabs come for the burst of opening, by the chunk, and stay for whatever comes next: no page for each connection.
            Assert.InRange(after[end].Pinned - before[end].Pinned, 0, 8 * 1024 * 1024);
        }

        (string resources, string now) = (WithoutRegions(before[0].Resources), WithoutRegions(after[0].Resources));
        Assert.True(Holdings.AreWithin(now, resources), $"{resources} became {now}");
        Assert.All(idle, share => Assert.InRange(share, 0, 0.01));
    }

    /// <summary>
    /// The share of a processor that each end uses: the least of some looks, since the runtime's own work, compiling what the
    /// opening has made hot, comes and goes.
    /// </summary>
    private async Task<double[]> IdleAsync()
    {
        const int Looks = 6, Seconds = 5;
        double[] least = [1, 1];
        for (int look = 0; look < Looks; look++)
        {
            double server = _server.ProcessorTime, client = _client.ProcessorTime;
            await Task.Delay(1000 * Seconds);
            least[0] = Math.Min(least[0], (_server.ProcessorTime - server) / Seconds);
            least[1] = Math.Min(least[1], (_client.ProcessorTime - client) / Seconds);
            if (least.Max() < 0.005)
                break;
        }

        return least;
    }

    /// <summary>One connection that echoes; long enough in use for the runtime to compile what it finds hot.</summary>
    private static async Task<string> BeginAsync(PeerProcess server, PeerProcess client)
    {
        string port = await server.DoAsync("listen 1");
        Assert.Equal("1", await client.DoAsync($"connect {port} 1"));
        await server.DoAsync("await 1");
        await server.DoAsync("echo 0");
        await client.AskAsync("ping 0 8000 64");
        return port;
    }

    /// <summary>Medians of looks taken in turns, in microseconds: whatever drifts on the machine meets both alike.</summary>
    private async Task<(double Alone, double Among)> RoundTripsAsync()
    {
        const int Turns = 11;
        double[] alone = new double[Turns], among = new double[Turns];
        for (int turn = 0; turn < Turns; turn++)
        {
            alone[turn] = await _aloneClient.AskAsync("ping 0 1000 64");
            among[turn] = await _client.AskAsync("ping 0 1000 64");
        }

        return (alone.Order().ElementAt(Turns / 2), among.Order().ElementAt(Turns / 2));
    }

    private static string WithoutRegions(string resources) => Regex.Replace(resources, "mr [0-9]+", "mr");

    private sealed record Footprint(double Heap, long Resident, long Pinned, int Descriptors, string Resources);

    private static async Task<Footprint> FootprintAsync(PeerProcess peer) => new(
        await peer.AskAsync("collect"), peer.Resident, peer.Pinned, peer.Descriptors, Holdings.ReadResources());
}
