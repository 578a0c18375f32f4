using System.Diagnostics;

namespace FastSockets.Perf;

/// <summary>Sends N messages of one size and waits for one reply, as the paper did; N makes the batch last long enough.</summary>
internal static class StreamClient
{
    private const int FirstBatch = 16;

    public static Figure[] Run(IConnection connection, Point point, Pace pace)
    {
        byte[] message = GC.AllocateArray<byte>((int)point.Size, pinned: true);
        double perMessage = WarmUp(connection, message, point.Wait, pace.WarmUp);
        long count = Math.Max(FirstBatch, (long)(pace.Measure / perMessage));
        long ticks = Batch(connection, message, count, point.Wait);
        return [new(Metric.Bandwidth, count * point.Size / Pace.ToSeconds(ticks) / 1e6)];
    }

    /// <summary>Doubles the batch until one fills the time; returns the ticks that one message took in it.</summary>
    private static double WarmUp(IConnection connection, byte[] message, Wait wait, long enough)
    {
        for (long count = FirstBatch; ; count *= 2)
        {
            long ticks = Batch(connection, message, count, wait);
            if (ticks >= enough)
                return (double)ticks / count;
        }
    }

    private static long Batch(IConnection connection, byte[] message, long count, Wait wait)
    {
        connection.SendCount(count * message.Length);
        long start = Stopwatch.GetTimestamp();
        if (wait == Wait.Async)
            Task.Run(() => SendAsync(connection, message, count)).GetAwaiter().GetResult();
        else
            Send(connection, message, count);
        return Stopwatch.GetTimestamp() - start;
    }

    private static void Send(IConnection connection, byte[] message, long count)
    {
        for (long i = 0; i < count; i++)
            connection.Send(message);
        Span<byte> reply = stackalloc byte[1];
        connection.Fill(reply);
    }

    private static async Task SendAsync(IConnection connection, byte[] message, long count)
    {
        for (long i = 0; i < count; i++)
            await connection.SendAsync(message).ConfigureAwait(false);
        if (await connection.ReceiveAsync(new byte[1]).ConfigureAwait(false) == 0)
            throw new EndOfStreamException();
    }
}
