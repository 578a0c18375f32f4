using System.Diagnostics;

namespace FastSockets.Perf;

/// <summary>
/// Sends requests at the times of a schedule, answered or not, and takes each answer's time from when its request was due:
/// what a slow answer makes later requests wait is in their times.
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
        var receiver = new Thread(() => Receive(connection, (int)point.Size, start, interval, warmUp, count)) { Name = "answers" };
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
                new(Metric.LoadMedian, samples.Microseconds(0.5)),
                new(Metric.LoadP99, samples.Microseconds(0.99)),
                new(Metric.LoadP999, samples.Microseconds(0.999)),
            ]
            : throw new InvalidDataException("Not all requests were answered.");
    }

    private void Receive(IConnection connection, int size, long start, long interval, int warmUp, int count)
    {
        byte[] answer = GC.AllocateArray<byte>(size, pinned: true);
        for (int i = 0; i < count && connection.TryFill(answer); i++)
        {
            if (i >= warmUp)
                samples.Add(Stopwatch.GetTimestamp() - (start + (i * interval)));
        }
    }
}
