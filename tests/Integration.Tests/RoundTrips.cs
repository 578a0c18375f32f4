using System.Diagnostics;

namespace FastSockets.Integration.Tests;

/// <summary>How long round trips take.</summary>
internal static class RoundTrips
{
    /// <summary>The median of some, made one after another on this thread, in microseconds.</summary>
    public static double Median(int rounds, Action roundTrip)
    {
        double[] microseconds = new double[rounds];
        for (int i = 0; i < rounds; i++)
        {
            long start = Stopwatch.GetTimestamp();
            roundTrip();
            microseconds[i] = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
        }

        Array.Sort(microseconds);
        return microseconds[rounds / 2];
    }
}
