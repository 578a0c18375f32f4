using System.Diagnostics;
using System.Runtime.InteropServices;

namespace FastSockets.Perf;

/// <summary>Sleeps shorter than a millisecond, which .NET's own do not.</summary>
internal static unsafe partial class Alarm
{
    private const int Monotonic = 1;
    private const int Absolute = 1;
    private const long NanosecondsPerSecond = 1_000_000_000;

    /// <summary>Returns at once when the time, in ticks of <see cref="Stopwatch"/>, is past.</summary>
    public static void SleepUntil(long timestamp)
    {
        // Stopwatch is the monotonic clock in nanoseconds on Linux.
        long* time = stackalloc long[] { timestamp / NanosecondsPerSecond, timestamp % NanosecondsPerSecond };
        while (Stopwatch.GetTimestamp() < timestamp)
            _ = ClockNanosleep(Monotonic, Absolute, time, null);
    }

    [LibraryImport("libc", EntryPoint = "clock_nanosleep")]
    private static partial int ClockNanosleep(int clock, int flags, long* time, long* left);
}
