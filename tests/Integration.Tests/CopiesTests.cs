using System.Buffers;
using System.Net.Sockets;
using System.Security.Cryptography;
using FastSockets.Transport.Protocol;

namespace FastSockets.Integration.Tests;

/// <summary>How often a byte is copied, by the connections' own counters.</summary>
[Trait("Category", "Rdma")]
public sealed class CopiesTests : IDisposable
{
    private const int Size = 1024 * 1024;

    private readonly Pairs _pairs = new();
    private readonly FastMemoryPool _pool = new();

    public void Dispose()
    {
        _pairs.Dispose();
        _pool.Dispose();
    }

    [Fact]
    public async Task Receive_IntoOrdinaryMemory_CopiesOnce()
    {
        (FastSocket client, FastSocket server) = await _pairs.ConnectAsync();
        byte[] sent = RandomNumberGenerator.GetBytes(Size);
        Task<byte[]> receiving = Task.Run(() => ReceiveExactly(server, Size, 8192));
        client.Send(sent);
        Assert.Equal(sent, await receiving.WaitAsync(Pairs.Limit));
        TransferCounters counters = server.Connection!.Counters;
        Assert.Equal(Size, counters.BytesReceived);
        Assert.Equal(0, counters.BytesReceivedDirect);
        // What is spilled because its reader came late is copied twice; the rest exactly once.
        Assert.Equal(Size, counters.BytesCopiedOut + counters.BytesCopiedFromSpill);
        Assert.Equal(counters.BytesSpilled, counters.BytesCopiedFromSpill);
    }

    [Fact]
    public async Task Receive_PostedIntoPoolMemory_IsWrittenDirectly()
    {
        (FastSocket client, FastSocket server) = await _pairs.ConnectAsync();
        byte[] sent = RandomNumberGenerator.GetBytes(Size);
        using IMemoryOwner<byte> buffer = _pool.Rent(Size);
        ValueTask<int> receiving = server.ReceiveAsync(buffer.Memory, SocketFlags.None);
        await UntilAdvertisedAsync(server, client, 1);
        client.Send(sent);
        Assert.Equal(Size, await receiving.AsTask().WaitAsync(Pairs.Limit));
        Assert.True(sent.AsSpan().SequenceEqual(buffer.Memory.Span));
        TransferCounters counters = server.Connection!.Counters;
        Assert.Equal((Size, 0, 0), (counters.BytesReceivedDirect, counters.BytesCopiedOut, counters.BytesSpilled));
        Assert.Equal(Size, client.Connection!.Counters.BytesSentDirect);
    }

    [Fact]
    public async Task Send_FromPoolMemory_IsPostedAsItIs()
    {
        (FastSocket client, FastSocket server) = await _pairs.ConnectAsync();
        using IMemoryOwner<byte> from = _pool.Rent(Size), to = _pool.Rent(Size);
        RandomNumberGenerator.Fill(from.Memory.Span);
        Task<int> receiving = Task.Run(() => server.Receive(to.Memory.Span));
        await UntilAdvertisedAsync(server, client, 1);
        Assert.Equal(Size, client.Send(from.Memory.Span));
        Assert.Equal(Size, await receiving.WaitAsync(Pairs.Limit));
        Assert.True(from.Memory.Span.SequenceEqual(to.Memory.Span));
        TransferCounters sender = client.Connection!.Counters;
        Assert.Equal((Size, 0, 0), (sender.BytesSentUncopied, sender.BytesStaged, sender.BytesInlined));
        Assert.Equal(Size, server.Connection!.Counters.BytesReceivedDirect);
    }

    [Fact]
    public async Task Stream_OfLargePoolBuffers_GoesOverToDirectDelivery()
    {
        const int Rounds = 40;
        (FastSocket client, FastSocket server) = await _pairs.ConnectAsync();
        using IMemoryOwner<byte> from = _pool.Rent(Size), to = _pool.Rent(Size);
        RandomNumberGenerator.Fill(from.Memory.Span);
        Task sending = Task.Run(() =>
        {
            for (int round = 0; round < Rounds; round++)
                client.Send(from.Memory.Span);

            client.Shutdown(SocketShutdown.Send);
        });
        long received = await Task.Run(() =>
        {
            long sum = 0;
            for (int count; (count = server.Receive(to.Memory.Span)) > 0; sum += count)
            {
                int start = (int)(sum % Size);
                int first = Math.Min(count, Size - start);
                Assert.True(to.Memory.Span[..first].SequenceEqual(from.Memory.Span.Slice(start, first)));
            }

            return sum;
        }).WaitAsync(Pairs.Limit);
        await sending.WaitAsync(Pairs.Limit);
        Assert.Equal((long)Size * Rounds, received);
        TransferCounters counters = server.Connection!.Counters;
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"direct {counters.BytesReceivedDirect}, copied {counters.BytesCopiedOut}, spilled {counters.BytesSpilled}; adverts " +
            $"{counters.AdvertsSent} used {counters.AdvertsUsed} stale {counters.AdvertsStale}");
        Assert.True(counters.BytesReceivedDirect > received * 9 / 10);
    }

    [Fact]
    public async Task Receive_PostedAndCancelled_GivesTheMemoryBackAndLosesNothing()
    {
        (FastSocket client, FastSocket server) = await _pairs.ConnectAsync();
        using IMemoryOwner<byte> first = _pool.Rent(Size), second = _pool.Rent(Size);
        byte[] sent = RandomNumberGenerator.GetBytes(Size);
        for (int round = 0; round < 20; round++)
        {
            first.Memory.Span.Clear();
            using var cancellation = new CancellationTokenSource();
            ValueTask<int> receiving = server.ReceiveAsync(first.Memory, SocketFlags.None, cancellation.Token);
            await cancellation.CancelAsync();
            await Assert.ThrowsAsync<OperationCanceledException>(async () => await receiving.AsTask().WaitAsync(Pairs.Limit));
            Task<byte[]> next = Task.Run(() => ReceiveExactly(server, Size, Size));
            client.Send(sent);
            Assert.Equal(sent, await next.WaitAsync(Pairs.Limit));
            Assert.False(first.Memory.Span.ContainsAnyExcept((byte)0));
        }
    }

    [Fact]
    public async Task Receive_PostedWithTimeout_EndsInTimeAndLosesNothing()
    {
        (FastSocket client, FastSocket server) = await _pairs.ConnectAsync();
        using IMemoryOwner<byte> buffer = _pool.Rent(Size);
        server.ReceiveTimeout = 50;
        for (int round = 0; round < 5; round++)
        {
            SocketException e = Assert.Throws<SocketException>(() => server.Receive(buffer.Memory.Span));
            Assert.Equal(SocketError.TimedOut, e.SocketErrorCode);
        }

        server.ReceiveTimeout = 0;
        byte[] sent = RandomNumberGenerator.GetBytes(Size);
        Task sending = Task.Run(() => client.Send(sent));
        int received = 0;
        while (received < Size)
            received += server.Receive(buffer.Memory.Span[received..]);

        await sending;
        Assert.True(sent.AsSpan().SequenceEqual(buffer.Memory.Span));
    }

    [Fact]
    public async Task ReceivesPostedAhead_AreDeliveredInOrder()
    {
        const int Part = 256 * 1024;
        (FastSocket client, FastSocket server) = await _pairs.ConnectAsync();
        IMemoryOwner<byte>[] buffers = [.. Enumerable.Range(0, 4).Select(_ => _pool.Rent(Part))];
        byte[] sent = RandomNumberGenerator.GetBytes(4 * Part);
        ValueTask<int>[] receives = [.. buffers.Select(buffer => server.ReceiveAsync(buffer.Memory, SocketFlags.None))];
        await UntilAdvertisedAsync(server, client, 4);
        client.Send(sent);
        for (int i = 0; i < 4; i++)
        {
            Assert.Equal(Part, await receives[i].AsTask().WaitAsync(Pairs.Limit));
            Assert.True(sent.AsSpan(i * Part, Part).SequenceEqual(buffers[i].Memory.Span));
            buffers[i].Dispose();
        }

        Assert.Equal(4, server.Connection!.Counters.AdvertsUsed);
    }

    private static byte[] ReceiveExactly(FastSocket socket, int size, int each)
    {
        byte[] received = new byte[size];
        for (int at = 0; at < size;)
        {
            int count = socket.Receive(received.AsSpan(at, Math.Min(each, size - at)));
            Assert.NotEqual(0, count);
            at += count;
        }

        return received;
    }

    /// <summary>Until the sender has that many adverts: what comes after them in order, a byte, has arrived there.</summary>
    private static async Task UntilAdvertisedAsync(FastSocket receiver, FastSocket sender, int adverts)
    {
        for (int i = 0; i < 1000 && receiver.Connection!.Counters.AdvertsSent < adverts; i++)
            await Task.Delay(10);

        Assert.Equal(adverts, receiver.Connection!.Counters.AdvertsSent);
        receiver.Send([1]);
        Assert.Equal(1, await sender.ReceiveAsync(new byte[1]).WaitAsync(Pairs.Limit));
    }
}
