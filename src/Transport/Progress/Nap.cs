using System.Runtime.InteropServices;

namespace FastSockets.Transport.Progress;

/// <summary>Sleeps too short for <see cref="Thread.Sleep(int)"/>. nanosleep(2); the kernel adds its timer slack, 50 us as a rule.</summary>
internal static partial class Nap
{
    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public nint Seconds;
        public nint Nanoseconds;
    }

    /// <param name="time">Less than a second.</param>
    public static unsafe void Take(TimeSpan time)
    {
        var request = new TimeSpec { Nanoseconds = (nint)time.TotalNanoseconds };
        // A signal may end it early, which does no harm.
        _ = nanosleep(&request, null);
    }

    [LibraryImport("libc", EntryPoint = "nanosleep")]
    private static unsafe partial int nanosleep(TimeSpec* request, TimeSpec* left);
}
