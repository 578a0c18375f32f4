using System.Diagnostics;

namespace FastSockets.Perf;

/// <summary>
/// Sends requests at the times of a schedule, answered or not, and takes each answer's time from when its request was due:
/// what a slow answer makes later requests wait is in their times. Where the schedule is not kept up with, times only say how long it
/// has run: the rate of the answers tells.
/// </summary>
internal sealed class LoadClient(Samples samples)
{
    // The highest percentile needs some values above it.
    private const int Least = 2000;
    private const int RoundTrips = 100;

    public Figure[] Run(IConnection connection, Point point, Pace pace)
    {
        byte[] message = GC.AllocateArray<byte>((int)point.Size, pinned: true);
        long interval = Stopwatch.Frequency / point.Rate;
        int warmUp = Math.Max(100, (int)(pace.WarmUp / interval));
        int count = warmUp + Math.Max(Least, (int)(pace.Measure / interval));
        // What is compiled at its first call would hold up the whole schedule.
        for (int i = 0; i < RoundTrips; i++)
        {
            connection.Send(message);
            connection.Fill(message);
        }
        samples.Clear();
        long start = Stopwatch.GetTimestamp() + interval;
        long answering = 0;
        var receiver = new Thread(() => answering = Receive(connection, (int)point.Size, start, interval, warmUp, count))
        {
            Name = "answers",
        };
        receiver.Start();
        for (int i = 0; i < count; i++)
        {
            Alarm.SleepUntil(start + (i * interval));
            connection.Send(message);
        }
        receiver.Join();
        return samples.Count == count - warmUp
            ?
            [
                new(Metric.AchievedRate, (samples.Count - 1) / Pace.ToSeconds(answering)),
                new(Metric.LoadMedian, samples.Microseconds(0.5)),
                new(Metric.LoadP99, samples.Microseconds(0.99)),
                new(Metric.LoadP999, samples.Microseconds(0.999)),
            ]
            : throw new InvalidDataException("Not all requests were answered.");
    }

    // Returns the ticks from the first answer that counts to the last.
    private long Receive(IConnection connection, int size, long start, long interval, int warmUp, int count)
    {
        byte[] answer = GC.AllocateArray<byte>(size, pinned: true);
        long first = 0, now = 0;
        for (int i = 0; i < count && connection.TryFill(answer); i++)
        {
            now = Stopwatch.GetTimestamp();
            if (i == warmUp)
                first = now;
            if (i >= warmUp)
                samples.Add(now - (start + (i * interval)));
        }
        return now - first;
    }
}
