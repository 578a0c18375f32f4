using System.Security.Cryptography;
using FastSockets.Internal;
using FastSockets.Transport.Protocol;

namespace FastSockets.Integration.Tests;

[Trait("Category", "Rdma")]
public sealed class ManyConnectionsTests : IDisposable
{
    private const int Connections = 200;

    private readonly Pairs _pairs = new();

    public void Dispose() => _pairs.Dispose();

    [Fact]
    public async Task Connections_TwoHundredOnOneLink_RunThoughOneDoesNotRead()
    {
        var pairs = new List<(FastSocket Client, FastSocket Server)>();
        for (int i = 0; i < Connections; i++)
            pairs.Add(await _pairs.ConnectAsync());

        // Both ends are in this process: two ends of the link that is shared, and two at most of the one that the first
        // connection came with, when earlier tests had left another.
        Link[] links = LinksInUse();
        Assert.InRange(links.Length, 2, 4);
        Assert.True(links.Max(link => link.ConnectionCount) >= Connections - 1);

        (FastSocket stopped, FastSocket _) = pairs[0];
        Task stuck = TransferTests.SendAllAsync(stopped, new byte[8 * 1024 * 1024]);

        byte[] data = RandomNumberGenerator.GetBytes(50_000);
        await Task.WhenAll(pairs.Skip(1).Select(pair => EchoAsync(pair.Client, pair.Server, data))).WaitAsync(Pairs.Limit);
        Assert.False(stuck.IsCompleted);

        // Whoever reads at last gets everything.
        await TransferTests.ReceiveExactlyAsync(pairs[0].Server, 8 * 1024 * 1024).WaitAsync(Pairs.Limit);
        await stuck.WaitAsync(Pairs.Limit);
    }

    [Fact]
    public async Task Connections_OneAfterAnother_LeaveNothingOnTheLink()
    {
        for (int i = 0; i < 300; i++)
        {
            (FastSocket client, FastSocket server) = await _pairs.ConnectAsync();
            await client.SendAsync(new byte[10]);
            await TransferTests.ReceiveExactlyAsync(server, 10).WaitAsync(Pairs.Limit);
            client.Dispose();
            server.Dispose();
        }

        for (int wait = 0; wait < 500 && LinksInUse().Length > 0; wait++)
            await Task.Delay(10);

        Assert.Empty(LinksInUse());
    }

    private static async Task EchoAsync(FastSocket client, FastSocket server, byte[] data)
    {
        Task<byte[]> up = TransferTests.ReceiveExactlyAsync(server, data.Length);
        await TransferTests.SendAllAsync(client, data);
        byte[] received = await up;
        Task<byte[]> down = TransferTests.ReceiveExactlyAsync(client, data.Length);
        await TransferTests.SendAllAsync(server, received);
        Assert.Equal(data, await down);
    }

    /// <summary>The ends of this test's links that carry connections; what other tests left behind is closed when it is collected.</summary>
    private Link[] LinksInUse() => [.. SharedNetwork.Current!.Links.Where(link => link.ConnectionCount > 0 &&
        (link.RemoteEndPoint.Port == _pairs.EndPoint.Port || link.LocalEndPoint.Port == _pairs.EndPoint.Port))];
}
