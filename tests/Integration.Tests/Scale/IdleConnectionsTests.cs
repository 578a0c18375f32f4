namespace FastSockets.Integration.Tests.Scale;

/// <summary>What ten thousand idle connections between two processes cost them.</summary>
[Trait("Category", "Rdma")]
public sealed class IdleConnectionsTests(ITestOutputHelper output) : IDisposable
{
    private const int Connections = 10_000;
    private const int BytesEach = 2048;

    private readonly PeerProcess _server = new();
    private readonly PeerProcess _client = new();

    public void Dispose()
    {
        _client.Dispose();
        _server.Dispose();
    }

    [Fact]
    public async Task Connections_TenThousandIdle_CostLittleMemory_AndNothingElse()
    {
        string port = await _server.DoAsync("listen");
        Assert.Equal("1", await _client.DoAsync($"connect {port} 1"));
        await _server.DoAsync("echo 0");
        await _client.AskAsync("ping 0 300 64");
        double alone = await _client.AskAsync("ping 0 2000 64");
        // Opening in numbers warms up what opening takes.
        Assert.Equal("100", await _client.DoAsync($"connect {port} 100"));
        Footprint[] before = [await FootprintAsync(_server), await FootprintAsync(_client)];

        Assert.Equal($"{Connections}", await _client.DoAsync($"connect {port} {Connections}"));
        Assert.Equal($"{Connections + 101}", await _server.DoAsync("count"));
        Footprint[] after = [await FootprintAsync(_server), await FootprintAsync(_client)];
        double among = await _client.AskAsync("ping 0 2000 64");
        output.WriteLine($"64 B round trip: {alone:0.0} us alone, {among:0.0} us among {Connections}: {among / alone:0.00} times");
        for (int end = 0; end < 2; end++)
        {
            string name = end == 0 ? "acceptor" : "initiator";
            double heap = (after[end].Heap - before[end].Heap) / Connections;
            double resident = (double)(after[end].Resident - before[end].Resident) / Connections;
            output.WriteLine($"{name}: {heap:0} bytes of objects, {resident:0} resident for each connection; " +
                $"pinned {before[end].Pinned} -> {after[end].Pinned}, descriptors {before[end].Descriptors} -> {after[end].Descriptors}");
        }

        await QuietAsync();
        double[] used = [_server.ProcessorTime, _client.ProcessorTime];
        TimeSpan idle = TimeSpan.FromSeconds(10);
        await Task.Delay(idle);
        double serverShare = (_server.ProcessorTime - used[0]) / idle.TotalSeconds;
        double clientShare = (_client.ProcessorTime - used[1]) / idle.TotalSeconds;
        output.WriteLine($"idle: {serverShare:P2} and {clientShare:P2} of a processor");

        for (int end = 0; end < 2; end++)
        {
            Assert.InRange((after[end].Heap - before[end].Heap) / Connections, 1, BytesEach);
            Assert.InRange((double)(after[end].Resident - before[end].Resident) / Connections, 1, BytesEach);
            Assert.Equal(before[end].Descriptors, after[end].Descriptors);
            Assert.Equal(before[end].Pinned, after[end].Pinned);
        }

        Assert.Equal(before[0].Resources, after[0].Resources);
        Assert.InRange(serverShare, 0, 0.01);
        Assert.InRange(clientShare, 0, 0.01);
    }

    /// <summary>The compilers of both processes are still at what the opening has made hot.</summary>
    private async Task QuietAsync()
    {
        for (int attempt = 0; attempt < 30; attempt++)
        {
            double used = _server.ProcessorTime + _client.ProcessorTime;
            await Task.Delay(1000);
            if (_server.ProcessorTime + _client.ProcessorTime - used < 0.05)
                break;
        }
    }

    private sealed record Footprint(double Heap, long Resident, long Pinned, int Descriptors, string Resources);

    private static async Task<Footprint> FootprintAsync(PeerProcess peer) => new(
        await peer.AskAsync("collect"), peer.Resident, peer.Pinned, peer.Descriptors, ResourceTests.Resources());
}
