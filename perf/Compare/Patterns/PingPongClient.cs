using System.Diagnostics;

namespace FastSockets.Perf;

/// <summary>Sends a message, waits for its echo, and takes the time of each round trip.</summary>
internal sealed class PingPongClient(Samples samples)
{
    public Figure[] Run(IConnection connection, Point point, Pace pace)
    {
        byte[] ping = GC.AllocateArray<byte>((int)point.Size, pinned: true);
        byte[] pong = GC.AllocateArray<byte>((int)point.Size, pinned: true);
        double cpu = 0;
        if (point.Wait == Wait.Async)
        {
            // On the thread pool, where an asynchronous program runs.
            Task.Run(async () =>
            {
                await ExchangeAsync(connection, ping, pong, pace.WarmUp).ConfigureAwait(false);
                cpu = CpuClock.Microseconds;
                await ExchangeAsync(connection, ping, pong, pace.Measure).ConfigureAwait(false);
            }).GetAwaiter().GetResult();
        }
        else
        {
            Exchange(connection, ping, pong, pace.WarmUp);
            cpu = CpuClock.Microseconds;
            Exchange(connection, ping, pong, pace.Measure);
        }
        cpu = CpuClock.Microseconds - cpu;
        return
        [
            new(Metric.RoundTripMedian, samples.Microseconds(0.5)),
            new(Metric.RoundTripP99, samples.Microseconds(0.99)),
            new(Metric.CpuPerMessageClient, cpu / samples.Count),
        ];
    }

    private void Exchange(IConnection connection, byte[] ping, byte[] pong, long ticks)
    {
        samples.Clear();
        long start = Stopwatch.GetTimestamp();
        long now;
        do
        {
            Mark(ping);
            long sent = Stopwatch.GetTimestamp();
            connection.Send(ping);
            connection.Fill(pong);
            now = Stopwatch.GetTimestamp();
            Check(ping, pong);
            samples.Add(now - sent);
        }
        while (!samples.AreEnough(now - start, ticks));
    }

    // Receives in line: a second asynchronous method would cost a state machine for each message.
    private async Task ExchangeAsync(IConnection connection, byte[] ping, byte[] pong, long ticks)
    {
        samples.Clear();
        long start = Stopwatch.GetTimestamp();
        long now;
        do
        {
            Mark(ping);
            long sent = Stopwatch.GetTimestamp();
            await connection.SendAsync(ping).ConfigureAwait(false);
            for (int filled = 0; filled < pong.Length;)
            {
                int got = await connection.ReceiveAsync(pong.AsMemory(filled)).ConfigureAwait(false);
                filled = got > 0 ? filled + got : throw new EndOfStreamException();
            }
            now = Stopwatch.GetTimestamp();
            Check(ping, pong);
            samples.Add(now - sent);
        }
        while (!samples.AreEnough(now - start, ticks));
    }

    // Each message differs from the one before it at both ends, so that a stale echo cannot pass for a new one.
    private static void Mark(byte[] ping)
    {
        ping[0]++;
        ping[^1] = ping[0];
    }

    private static void Check(byte[] ping, byte[] pong)
    {
        if (pong[0] != ping[0] || pong[^1] != ping[^1])
            throw new InvalidDataException("The echo is not what was sent.");
    }
}
