using System.Net.Sockets;
using System.Security.Cryptography;

namespace FastSockets.Sockets.Tests.Contract;

public abstract class StreamContract<TFixture> : ContractBase<TFixture>
    where TFixture : SocketFixture, new()
{
    [Theory(Timeout = LimitMilliseconds)]
    [InlineData(1)]
    [InlineData(64)]
    [InlineData(4096)]
    [InlineData(65_537)]
    [InlineData(1_000_000)]
    public async Task SendReceive_Blocking_EchoIsEqual(int size)
    {
        (ISocket client, ISocket server) = await ConnectedAsync();
        Task echoing = OnThread(() => EchoBlocking(server));
        byte[] message = Bytes(size);
        byte[] echo = new byte[size];

        Task sending = OnThread(() => Assert.Equal(size, client.Send(message)));
        await OnThread(() => ReceiveFully(client, echo));
        await sending;
        client.Shutdown(SocketShutdown.Send);
        await echoing;

        Assert.Equal(message, echo);
    }

    [Theory(Timeout = LimitMilliseconds)]
    [InlineData(1)]
    [InlineData(64)]
    [InlineData(4096)]
    [InlineData(65_537)]
    [InlineData(1_000_000)]
    public async Task SendReceive_Async_EchoIsEqual(int size)
    {
        (ISocket client, ISocket server) = await ConnectedAsync();
        Task echoing = EchoAsync(server);
        byte[] message = Bytes(size);

        Task<int> sending = Bounded(client.SendAsync(message, Token));
        byte[] echo = await ReceiveExactly(client, size);
        Assert.Equal(size, await sending);
        client.Shutdown(SocketShutdown.Send);
        await Bounded(echoing);

        Assert.Equal(message, echo);
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task SendReceive_BothWaysAtOnce_HashesAreEqual()
    {
        (ISocket client, ISocket server) = await ConnectedAsync();
        byte[] up = Bytes(16 << 20, seed: 1);
        byte[] down = Bytes(16 << 20, seed: 2);

        Task<byte[]> upHash = OnThread(() => HashToEnd(server, chunk: 70_001));
        Task<byte[]> downHash = HashToEndAsync(client, chunk: 33_333);
        Task sendingUp = OnThread(() => SendInChunks(client, up, chunk: 99_991));
        Task sendingDown = SendInChunksAsync(server, down, chunk: 12_345);
        await Bounded(Task.WhenAll(sendingUp, sendingDown));

        Assert.Equal(SHA256.HashData(up), await upHash);
        Assert.Equal(SHA256.HashData(down), await Bounded(downHash));
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Receive_SmallBuffers_TakeTheStreamInPieces()
    {
        (ISocket client, ISocket server) = await ConnectedAsync();
        byte[] message = Bytes(10);
        await Bounded(client.SendAsync(message, Token));
        await WaitForAvailable(server, 10);

        byte[] buffer = new byte[10];
        Assert.Equal(4, server.Receive(buffer.AsSpan(0, 4)));
        Assert.Equal(6, server.Available);
        Assert.Equal(4, await Bounded(server.ReceiveAsync(buffer.AsMemory(4, 4), SocketFlags.None, Token)));
        Assert.Equal(2, server.Receive(buffer.AsSpan(8)));

        Assert.Equal(message, buffer);
        Assert.Equal(0, server.Available);
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task SendReceive_ArrayOverloads_UseTheRange()
    {
        (ISocket client, ISocket server) = await ConnectedAsync();

        Assert.Equal(2, client.Send([1, 2, 3, 4], 1, 2, SocketFlags.None));
        await WaitForAvailable(server, 2);
        byte[] buffer = new byte[4];
        Assert.Equal(2, server.Receive(buffer, 1, 3, SocketFlags.None));

        Assert.Equal((byte[])[0, 2, 3, 0], buffer);
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task SendReceive_InvalidArguments_Throw()
    {
        (ISocket client, _) = await ConnectedAsync();
        byte[] four = new byte[4];

        Assert.Throws<ArgumentNullException>(() => client.Send(null!, 0, 0, SocketFlags.None));
        Assert.Throws<ArgumentNullException>(() => client.Receive(null!, 0, 0, SocketFlags.None));
        Assert.Throws<ArgumentOutOfRangeException>(() => client.Send(four, 3, 4, SocketFlags.None));
        Assert.Throws<ArgumentOutOfRangeException>(() => client.Receive(four, 5, 0, SocketFlags.None));
        Assert.Throws<ArgumentOutOfRangeException>(() => client.Send(four, 0, -1, SocketFlags.None));
        Assert.Equal(SocketError.OperationNotSupported, ErrorOf(() => client.Send(four, SocketFlags.Partial)));
        Assert.Equal(SocketError.OperationNotSupported, ErrorOf(() => client.Receive(four, SocketFlags.Partial)));
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Send_Nothing_ReturnsZero()
    {
        (ISocket client, ISocket server) = await ConnectedAsync();

        Assert.Equal(0, await OnThread(() => client.Send([])));
        Assert.Equal(0, await Bounded(client.SendAsync(ReadOnlyMemory<byte>.Empty, Token)));

        await Bounded(client.SendAsync(new byte[] { 5 }, Token));
        Assert.Equal(5, Assert.Single(await ReceiveExactly(server, 1)));
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Receive_Peek_LeavesTheBytes()
    {
        (ISocket client, ISocket server) = await ConnectedAsync();
        byte[] buffer = new byte[8];
        Task<int> peeking = await Waiting(() => server.Receive(buffer, SocketFlags.Peek));
        Assert.False(peeking.IsCompleted);
        await Bounded(client.SendAsync(new byte[] { 1, 2, 3 }, Token));
        Assert.Equal(3, await peeking);
        Assert.Equal((byte[])[1, 2, 3], buffer[..3]);

        Assert.Equal(2, await Bounded(server.ReceiveAsync(buffer.AsMemory(0, 2), SocketFlags.Peek, Token)));
        Assert.Equal(3, server.Receive(buffer));
        Assert.Equal((byte[])[1, 2, 3], buffer[..3]);

        Task<int> peekingAsync = Bounded(server.ReceiveAsync(buffer, SocketFlags.Peek, Token));
        await LetItWait();
        Assert.False(peekingAsync.IsCompleted);
        client.Shutdown(SocketShutdown.Send);
        Assert.Equal(0, await peekingAsync);
    }

    [Theory(Timeout = LimitMilliseconds)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Receive_EmptyBuffer_PendsUntilDataAndLeavesIt(bool blocking)
    {
        (ISocket client, ISocket server) = await ConnectedAsync();
        Task<int> waiting = ReceiveNothing(server, blocking);
        await LetItWait();
        Assert.False(waiting.IsCompleted);

        await Bounded(client.SendAsync(new byte[] { 9 }, Token));

        Assert.Equal(0, await waiting);
        Assert.Equal(1, server.Available);
        Assert.Equal(0, await ReceiveNothing(server, blocking));
        Assert.Equal(9, Assert.Single(await ReceiveExactly(server, 1)));
    }

    [Theory(Timeout = LimitMilliseconds)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Receive_EmptyBuffer_PendsUntilTheEnd(bool blocking)
    {
        (ISocket client, ISocket server) = await ConnectedAsync();
        Task<int> waiting = ReceiveNothing(server, blocking);
        await LetItWait();
        Assert.False(waiting.IsCompleted);

        client.Shutdown(SocketShutdown.Send);

        Assert.Equal(0, await waiting);
        Assert.Equal(0, server.Receive(new byte[1]));
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task ReceiveAsync_SeveralWait_AreServedInOrder()
    {
        (ISocket client, ISocket server) = await ConnectedAsync();
        byte[] first = new byte[1], second = new byte[1];
        Task<int> one = Bounded(server.ReceiveAsync(first, SocketFlags.None, Token));
        Task<int> two = Bounded(server.ReceiveAsync(second, SocketFlags.None, Token));

        await Bounded(client.SendAsync(new byte[] { 1, 2 }, Token));

        Assert.Equal(1, await one);
        Assert.Equal(1, await two);
        Assert.Equal((1, 2), (first[0], second[0]));
    }

    private static Task<int> ReceiveNothing(ISocket socket, bool blocking) => blocking
        ? OnThread(() => socket.Receive([]))
        : Bounded(socket.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None, Token));

    private static void EchoBlocking(ISocket socket)
    {
        byte[] buffer = new byte[65_536];
        while (socket.Receive(buffer) is > 0 and int received)
            Assert.Equal(received, socket.Send(buffer.AsSpan(0, received)));
    }

    private static async Task EchoAsync(ISocket socket)
    {
        byte[] buffer = new byte[65_536];
        while (await socket.ReceiveAsync(buffer, SocketFlags.None, Token) is > 0 and int received)
            Assert.Equal(received, await socket.SendAsync(buffer.AsMemory(0, received), Token));
    }

    private static void ReceiveFully(ISocket socket, byte[] buffer)
    {
        int received = 0;
        while (received < buffer.Length && socket.Receive(buffer.AsSpan(received)) is > 0 and int more)
            received += more;
        Assert.Equal(buffer.Length, received);
    }

    private static byte[] HashToEnd(ISocket socket, int chunk)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[chunk];
        while (socket.Receive(buffer) is > 0 and int received)
            hash.AppendData(buffer, 0, received);
        return hash.GetHashAndReset();
    }

    private static async Task<byte[]> HashToEndAsync(ISocket socket, int chunk)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[chunk];
        while (await socket.ReceiveAsync(buffer, SocketFlags.None, Token) is > 0 and int received)
            hash.AppendData(buffer, 0, received);
        return hash.GetHashAndReset();
    }

    private static void SendInChunks(ISocket socket, byte[] data, int chunk)
    {
        foreach (byte[] piece in data.Chunk(chunk))
            Assert.Equal(piece.Length, socket.Send(piece));
        socket.Shutdown(SocketShutdown.Send);
    }

    private static async Task SendInChunksAsync(ISocket socket, byte[] data, int chunk)
    {
        foreach (byte[] piece in data.Chunk(chunk))
            Assert.Equal(piece.Length, await socket.SendAsync(piece, Token));
        socket.Shutdown(SocketShutdown.Send);
    }
}
