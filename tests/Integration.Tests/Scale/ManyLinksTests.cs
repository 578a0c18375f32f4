namespace FastSockets.Integration.Tests.Scale;

/// <summary>Hundreds of links on one device, between two processes.</summary>
[Trait("Category", "Rdma")]
public sealed class ManyLinksTests(ITestOutputHelper output) : IDisposable
{
    private const int Links = 300;

    private readonly PeerProcess _server = new();
    private readonly PeerProcess _client = new();

    public void Dispose()
    {
        _client.Dispose();
        _server.Dispose();
    }

    [Fact]
    public async Task Links_ThreeHundred_AllCarryData_AndEndWithTheirConnections()
    {
        long notReady = HardwareCounters.ReceiverNotReady;
        // The first connection to each port makes a link, which lives as long as it does.
        string ports = await _server.DoAsync($"listen {Links}");
        Assert.Equal($"{Links}", await _client.DoAsync($"connect {ports} {Links}"));
        Assert.Equal(Links, await _server.AskAsync($"await {Links}"));
        Assert.Equal(Links, await _client.AskAsync("links"));
        Assert.Equal(Links, await _server.AskAsync("links"));
        double began = await _server.AskAsync("granted");

        await _server.DoAsync("echo");
        Assert.Equal(Links, await _client.AskAsync("ping 64"));
        Assert.Equal(Links, await _client.AskAsync("ping 200000"));
        output.WriteLine($"{Links} links: {_server.Pinned >> 20} and {_client.Pinned >> 20} MiB pinned; " +
            $"credits granted by the server: {began} at first, {await _server.AskAsync("granted")} after traffic");
        await _client.DoAsync("close");
        for (int wait = 0; wait < 60 && await _server.AskAsync("links") > 1; wait++)
            await Task.Delay(500);

        Assert.InRange(await _server.AskAsync("links"), 0, 1);
        Assert.Equal(notReady, HardwareCounters.ReceiverNotReady);
    }
}
