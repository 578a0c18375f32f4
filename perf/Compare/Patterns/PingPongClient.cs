using System.Buffers;
using System.Diagnostics;
using System.IO.Pipelines;

namespace FastSockets.Perf;

/// <summary>Sends a message, waits for its echo, and takes the time of each round trip.</summary>
internal sealed class PingPongClient(Samples samples)
{
    public Figure[] Run(IConnection connection, Point point, Pace pace)
    {
        byte[] ping = GC.AllocateArray<byte>((int)point.Size, pinned: true);
        byte[] pong = GC.AllocateArray<byte>((int)point.Size, pinned: true);
        double cpu = 0;
        if (point.Wait is Wait.Spin or Wait.Block)
        {
            Exchange(connection, ping, pong, pace.WarmUp);
            cpu = CpuClock.Microseconds;
            Exchange(connection, ping, pong, pace.Measure);
        }
        else
        {
            // On the thread pool, where an asynchronous program runs.
            Task.Run(async () =>
            {
                await ExchangeAsync(pace.WarmUp).ConfigureAwait(false);
                cpu = CpuClock.Microseconds;
                await ExchangeAsync(pace.Measure).ConfigureAwait(false);
            }).GetAwaiter().GetResult();
        }
        cpu = CpuClock.Microseconds - cpu;
        return
        [
            new(Metric.RoundTripMedian, samples.Microseconds(0.5)),
            new(Metric.RoundTripP99, samples.Microseconds(0.99)),
            new(Metric.CpuPerMessageClient, cpu / samples.Count),
            // rstream tells no other.
            .. Offer.WhyNot(TransportKind.Rstream, point) is null
                ? new[] { new Figure(Metric.RoundTripMean, samples.MeanMicroseconds) }
                : [],
        ];

        Task ExchangeAsync(long ticks) => connection is PipeConnection pipe
            ? this.ExchangeAsync(pipe, ping.Length, ticks)
            : this.ExchangeAsync(connection, ping, pong, ticks);
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

    private async Task ExchangeAsync(PipeConnection pipe, int size, long ticks)
    {
        samples.Clear();
        byte mark = 0;
        long start = Stopwatch.GetTimestamp();
        long now;
        do
        {
            mark++;
            long sent = Stopwatch.GetTimestamp();
            MarkNext(pipe.Output, size, mark);
            await pipe.Output.FlushAsync().ConfigureAwait(false);
            var pong = await PipeMessages.ReadAsync(pipe.Input, size).ConfigureAwait(false);
            now = Stopwatch.GetTimestamp();
            if (pong.Length != size || pong.FirstSpan[0] != mark || pong.Slice(size - 1).FirstSpan[0] != mark)
                throw new InvalidDataException("The echo is not what was sent.");
            pipe.Input.AdvanceTo(pong.End);
            samples.Add(now - sent);
        }
        while (!samples.AreEnough(now - start, ticks));
    }

    private static void MarkNext(PipeWriter output, int size, byte mark)
    {
        var ping = output.GetSpan(size);
        ping[0] = mark;
        ping[size - 1] = mark;
        output.Advance(size);
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
