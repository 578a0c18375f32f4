using FastSockets.Transport.Protocol;

namespace FastSockets.AspNetCore.Tests;

/// <summary>How often Kestrel's bytes are copied on their way between its pipes and the device, by the connection's own counters.</summary>
[Trait("Category", "Rdma")]
public sealed class CopiesTests
{
    private const int Size = 16 * 1024 * 1024;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Response_LeavesFromWhereKestrelWroteIt()
    {
        await using Server server = await Server.StartAsync(new RdmaPath());
        using var client = new HttpClient(Clients.Handler()) { BaseAddress = server.Url };
        await client.GetStringAsync("/", Cancellation).WaitAsync(Limit);
        TransferCounters before = server.Socket!.Connection!.Counters;
        byte[] body = await client.GetByteArrayAsync($"/data/{Size}", Cancellation).WaitAsync(Limit);
        Assert.Equal(Size, body.Length);
        TransferCounters after = server.Socket.Connection!.Counters;
        long sent = after.BytesSent - before.BytesSent;
        long uncopied = after.BytesSentUncopied - before.BytesSentUncopied;
        Tell($"response of {sent} B: {uncopied} B not copied, {(double)(sent - uncopied) / sent:0.00000} copies per byte");
        Assert.True(sent > Size);
        // The rest of the last buffer, if that is small.
        Assert.InRange(sent - uncopied, 0, 4096);
    }

    [Fact]
    public async Task Requests_OneByOne_AreReadInTheSlabsThatTheDeviceFilled()
    {
        const int Count = 20, Small = 10_000;
        TransferCounters counters = await PostAsync(Enumerable.Repeat(Small, Count));
        Assert.True(counters.BytesReceived > Count * Small);
        // Heads are small enough to leave their slab at once.
        Assert.True(counters.BytesHandedOut >= Count * Small);
    }

    [Fact]
    public async Task Request_ThatIsFasterThanItsReader_IsCopiedInPart()
    {
        TransferCounters counters = await PostAsync([Size]);
        Assert.True(counters.BytesReceived > Size);
        Assert.True(counters.BytesHandedOut > 0);
        Assert.Equal(counters.BytesReceived, counters.BytesHandedOut + counters.BytesCopiedOut + counters.BytesCopiedFromSpill);
    }

    /// <summary>What the server's connection counted in requests with bodies of these sizes.</summary>
    private static async Task<TransferCounters> PostAsync(IEnumerable<int> sizes)
    {
        await using Server server = await Server.StartAsync(new RdmaPath());
        using var client = new HttpClient(Clients.Handler()) { BaseAddress = server.Url };
        foreach (int size in sizes)
        {
            using HttpResponseMessage response =
                await client.PostAsync("/count", new ByteArrayContent(new byte[size]), Cancellation).WaitAsync(Limit);
            Assert.Equal($"{size}", await response.Content.ReadAsStringAsync(Cancellation));
        }

        TransferCounters counters = server.Socket!.Connection!.Counters;
        long copied = counters.BytesCopiedOut + counters.BytesSpilled + counters.BytesCopiedFromSpill;
        Tell($"requests of {counters.BytesReceived} B: {counters.BytesHandedOut} B handed out in their slabs, " +
            $"{(double)copied / counters.BytesReceived:0.00000} copies per byte");
        return counters;
    }

    private static void Tell(string text) => TestContext.Current.TestOutputHelper!.WriteLine(text);
}
