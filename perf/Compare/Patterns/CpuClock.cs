namespace FastSockets.Perf;

/// <summary>The processor time of this process, all threads, in user and kernel mode.</summary>
internal static class CpuClock
{
    public static double Microseconds => Environment.CpuUsage.TotalTime.TotalMicroseconds;
}
