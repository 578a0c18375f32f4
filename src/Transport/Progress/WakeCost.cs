using System.Diagnostics;

namespace FastSockets.Transport.Progress;

/// <summary>
/// What it costs here that a thread sleeps and is woken. Polling for about as long before sleeping is never worse than
/// twice the better choice; and what it costs differs by two orders of magnitude between bare metal and an emulated machine.
/// </summary>
internal static class WakeCost
{
    private const int Rounds = 21;

    private static readonly TimeSpan Least = TimeSpan.FromMicroseconds(10);
    private static readonly TimeSpan Most = TimeSpan.FromMicroseconds(500);
    private static readonly Lazy<TimeSpan> Measured = new(Measure, LazyThreadSafetyMode.PublicationOnly);

    /// <summary>A thread wakes another and is woken by it: the median of some rounds, measured once; zero on one CPU.</summary>
    public static TimeSpan ThereAndBack => Measured.Value;

    private static TimeSpan Measure()
    {
        if (Environment.ProcessorCount == 1)
            return TimeSpan.Zero;

        // Not disposed of: they hold nothing, and the other thread may still be about to release one when this is interrupted.
        var there = new SemaphoreSlim(0);
        var back = new SemaphoreSlim(0);
        var echo = new Thread(() =>
        {
            for (int i = 0; i < Rounds; i++)
            {
                there.Wait();
                back.Release();
            }
        })
        {
            IsBackground = true,
        };
        echo.Start();
        Span<double> rounds = stackalloc double[Rounds];
        for (int i = 0; i < Rounds; i++)
        {
            // Long enough for the other to be asleep, not only about to be.
            Thread.Sleep(1);
            long start = Stopwatch.GetTimestamp();
            there.Release();
            back.Wait();
            rounds[i] = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
        }

        rounds.Sort();
        var median = TimeSpan.FromMicroseconds(rounds[Rounds / 2]);
        return median < Least ? Least : median > Most ? Most : median;
    }
}
