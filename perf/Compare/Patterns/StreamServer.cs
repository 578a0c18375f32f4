using System.Buffers;

namespace FastSockets.Perf;

/// <summary>Receives as many bytes as announced, answers with one, and again until the client is done.</summary>
internal static class StreamServer
{
    public const int BufferSize = 256 << 10;

    /// <summary>The processor time is that of the last batch, which is the one the client measures.</summary>
    public static Figure[] Run(IConnection connection, Point point)
    {
        // One for each receive that is under way.
        const int pooledSize = PooledMessages.UnderWay * BufferSize;
        using IMemoryOwner<byte>? pooled = point.Wait == Wait.Pool ? FastMemoryPool.Shared.Rent(pooledSize) : null;
        var buffer = pooled?.Memory[..pooledSize] ?? GC.AllocateArray<byte>(BufferSize, pinned: true);
        Figure[] last = [];
        while (connection.ReceiveCount() is { } total)
        {
            double cpu = CpuClock.Microseconds;
            if (point.Wait is Wait.Spin or Wait.Block)
                Receive(connection, buffer.Span, total);
            else
                Task.Run(() => ReceiveAsync(connection, buffer, total, point.Wait)).GetAwaiter().GetResult();
            last = [new(Metric.CpuPerByteServer, 1e3 * (CpuClock.Microseconds - cpu) / total)];
        }
        return last;
    }

    private static void Receive(IConnection connection, Span<byte> buffer, long left)
    {
        while (left > 0)
        {
            int got = connection.Receive(buffer[..(int)Math.Min(buffer.Length, left)]);
            left = got > 0 ? left - got : throw new EndOfStreamException();
        }
        connection.Send(buffer[..1]);
    }

    private static async Task ReceiveAsync(IConnection connection, Memory<byte> buffer, long left, Wait wait)
    {
        if (wait == Wait.Pipe)
        {
            await PipeMessages.ConsumeAsync(((PipeConnection)connection).Input, left).ConfigureAwait(false);
        }
        else if (wait == Wait.Pool)
        {
            await PooledMessages.ReceiveAsync(connection, buffer, left).ConfigureAwait(false);
        }
        else
        {
            while (left > 0)
            {
                int got = await connection.ReceiveAsync(buffer[..(int)Math.Min(buffer.Length, left)]).ConfigureAwait(false);
                left = got > 0 ? left - got : throw new EndOfStreamException();
            }
        }
        await connection.SendAsync(buffer[..1]).ConfigureAwait(false);
    }
}
