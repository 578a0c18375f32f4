using System.Net.Sockets;
using System.Security.Cryptography;

namespace FastSockets.Integration.Tests;

[Trait("Category", "Rdma")]
public sealed class TransferTests : IDisposable
{
    private readonly Pairs _pairs = new();

    public void Dispose() => _pairs.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(255)]
    [InlineData(257)]
    [InlineData(16 * 1024)]
    [InlineData(16 * 1024 + 1)]
    [InlineData(1024 * 1024)]
    [InlineData(16 * 1024 * 1024)]
    public async Task Message_OfAnySize_ArrivesWithItsHash(int size)
    {
        (FastSocket client, FastSocket server) = await _pairs.ConnectAsync();
        byte[] sent = RandomNumberGenerator.GetBytes(size);
        Task sending = SendAllAsync(client, sent);
        byte[] received = await ReceiveExactlyAsync(server, size).WaitAsync(Pairs.Limit);
        await sending.WaitAsync(Pairs.Limit);
        Assert.Equal(SHA256.HashData(sent), SHA256.HashData(received));

        // And back, by blocking calls.
        Task back = Task.Run(() => server.Send(received));
        byte[] echoed = new byte[size];
        for (int at = 0; at < size;)
            at += client.Receive(echoed.AsSpan(at));

        await back.WaitAsync(Pairs.Limit);
        Assert.Equal(sent, echoed);
    }

    [Fact]
    public async Task BothDirections_AtOnce_DoNotDisturbEachOther()
    {
        const int Size = 4 * 1024 * 1024;
        (FastSocket client, FastSocket server) = await _pairs.ConnectAsync();
        byte[] up = RandomNumberGenerator.GetBytes(Size), down = RandomNumberGenerator.GetBytes(Size);
        Task<byte[]> atServer = ReceiveExactlyAsync(server, Size), atClient = ReceiveExactlyAsync(client, Size);
        await Task.WhenAll(SendAllAsync(client, up), SendAllAsync(server, down), atServer, atClient).WaitAsync(Pairs.Limit);
        Assert.Equal(SHA256.HashData(up), SHA256.HashData(await atServer));
        Assert.Equal(SHA256.HashData(down), SHA256.HashData(await atClient));
    }

    [Fact]
    public async Task HalfClose_EndsOneDirection_AndTheOtherGoesOn()
    {
        (FastSocket client, FastSocket server) = await _pairs.ConnectAsync();
        byte[] sent = RandomNumberGenerator.GetBytes(100_000);
        Task sending = SendAllAsync(client, sent).ContinueWith(
            _ => client.Shutdown(SocketShutdown.Send), TestContext.Current.CancellationToken);
        Assert.Equal(sent, await ReceiveExactlyAsync(server, sent.Length).WaitAsync(Pairs.Limit));
        byte[] buffer = new byte[10];
        Assert.Equal(0, await server.ReceiveAsync(buffer).WaitAsync(Pairs.Limit));
        await sending.WaitAsync(Pairs.Limit);

        await SendAllAsync(server, sent).WaitAsync(Pairs.Limit);
        server.Shutdown(SocketShutdown.Send);
        Assert.Equal(sent, await ReceiveExactlyAsync(client, sent.Length).WaitAsync(Pairs.Limit));
        Assert.Equal(0, await client.ReceiveAsync(buffer).WaitAsync(Pairs.Limit));
    }

    [Fact]
    public async Task Sender_WhosePeerDoesNotRead_WaitsAtTheWindow()
    {
        (FastSocket client, FastSocket server) = await _pairs.ConnectAsync();
        byte[] one = new byte[1];
        client.Blocking = false;
        long sent = 0;

        // rsockets stops here at 384 messages of one byte; what bounds us is bytes.
        while (sent < 100_000)
        {
            try
            {
                sent += client.Send(one);
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.WouldBlock)
            {
                await Task.Delay(1);
            }
        }

        client.Blocking = true;
        Task sending = Task.Run(() =>
        {
            client.Send(new byte[4 * 1024 * 1024]);
            client.Shutdown(SocketShutdown.Send);
        });
        await Task.Delay(200);
        Assert.False(sending.IsCompleted);
        byte[] buffer = new byte[64 * 1024];
        long received = 0;
        int count;
        while ((count = await server.ReceiveAsync(buffer).WaitAsync(Pairs.Limit)) > 0)
            received += count;

        await sending.WaitAsync(Pairs.Limit);
        Assert.Equal(sent + 4 * 1024 * 1024, received);
    }

    internal static async Task SendAllAsync(FastSocket socket, ReadOnlyMemory<byte> data)
    {
        while (data.Length > 0)
            data = data[await socket.SendAsync(data)..];
    }

    internal static async Task<byte[]> ReceiveExactlyAsync(FastSocket socket, int size)
    {
        byte[] buffer = new byte[size];
        for (int at = 0; at < size;)
        {
            int count = await socket.ReceiveAsync(buffer.AsMemory(at));
            Assert.NotEqual(0, count);
            at += count;
        }

        return buffer;
    }
}
