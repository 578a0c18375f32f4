using System.Buffers;
using System.Diagnostics;

namespace FastSockets.Perf;

/// <summary>Sends N messages of one size and waits for one reply, as the paper did; N makes the batch last long enough.</summary>
internal static class StreamClient
{
    private const int FirstBatch = 16;

    public static Figure[] Run(IConnection connection, Point point, Pace pace)
    {
        int size = (int)point.Size;
        using IMemoryOwner<byte>? pooled = point.Wait == Wait.Pool ? FastMemoryPool.Shared.Rent(size) : null;
        var message = pooled?.Memory[..size] ?? GC.AllocateArray<byte>(size, pinned: true);
        var batches = new Batches(FirstBatch, pace);
        long ticks;
        double cpu;
        do
        {
            cpu = CpuClock.Microseconds;
            ticks = Batch(connection, message, batches.Count, point.Wait);
            cpu = CpuClock.Microseconds - cpu;
        }
        while (!batches.IsLast(ticks));
        long bytes = batches.Count * point.Size;
        return
        [
            new(Metric.Bandwidth, bytes / Pace.ToSeconds(ticks) / 1e6),
            new(Metric.CpuPerByteClient, 1e3 * cpu / bytes),
        ];
    }

    private static long Batch(IConnection connection, Memory<byte> message, long count, Wait wait)
    {
        connection.SendCount(count * message.Length);
        long start = Stopwatch.GetTimestamp();
        if (wait is Wait.Spin or Wait.Block)
            Send(connection, message.Span, count);
        else
            Task.Run(() => SendAsync(connection, message, count, wait)).GetAwaiter().GetResult();
        return Stopwatch.GetTimestamp() - start;
    }

    private static void Send(IConnection connection, ReadOnlySpan<byte> message, long count)
    {
        for (long i = 0; i < count; i++)
            connection.Send(message);
        connection.Fill(stackalloc byte[1]);
    }

    private static async Task SendAsync(IConnection connection, Memory<byte> message, long count, Wait wait)
    {
        if (wait == Wait.Pipe)
        {
            await PipeMessages.SendAsync(((PipeConnection)connection).Output, message.Length, count).ConfigureAwait(false);
        }
        else if (wait == Wait.Pool)
        {
            await PooledMessages.SendAsync(connection, message, count).ConfigureAwait(false);
        }
        else
        {
            for (long i = 0; i < count; i++)
                await connection.SendAsync(message).ConfigureAwait(false);
        }
        if (await connection.ReceiveAsync(new byte[1]).ConfigureAwait(false) == 0)
            throw new EndOfStreamException();
    }
}
