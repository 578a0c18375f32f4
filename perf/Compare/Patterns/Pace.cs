using System.Diagnostics;

namespace FastSockets.Perf;

/// <summary>How long to warm up and to measure, in ticks of <see cref="Stopwatch"/>.</summary>
internal readonly struct Pace(double warmUpSeconds, double seconds)
{
    public long WarmUp { get; } = ToTicks(warmUpSeconds);

    public long Measure { get; } = ToTicks(seconds);

    public static double ToSeconds(long ticks) => (double)ticks / Stopwatch.Frequency;

    public static double ToMicroseconds(long ticks) => ticks * 1e6 / Stopwatch.Frequency;

    public static long ToTicks(double seconds) => (long)(seconds * Stopwatch.Frequency);
}
