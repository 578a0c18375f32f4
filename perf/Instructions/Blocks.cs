using System.Diagnostics;

namespace FastSockets.Perf.Instructions;

/// <summary>
/// Counts by the clock, which gains 2 ns with each instruction (soft-roce/run --instruction-clock). The figure is the median over
/// blocks of a block's mean: the mean holds what is done once in so many repetitions (credits, signalled sends, the
/// kernel's ticks), and the median leaves out the blocks into which something rare has fallen.
/// </summary>
internal static class Blocks
{
    private const int NanosecondsPerInstruction = 2;
    private const int Measured = 31;

    /// <summary>In the guest's time, in which all that is done at first only is done.</summary>
    private static readonly TimeSpan WarmUp = TimeSpan.FromMilliseconds(100);

    /// <param name="repetitions">In a block.</param>
    /// <param name="block">What is counted.</param>
    /// <param name="pause">What has to be done after each block, and is not counted.</param>
    public static double Count(int repetitions, Action block, Action? pause = null)
    {
        long start = Stopwatch.GetTimestamp();
        do
        {
            block();
            pause?.Invoke();
        }
        while (Stopwatch.GetElapsedTime(start) < WarmUp);

        var means = new double[Measured];
        for (int i = 0; i < Measured; i++)
        {
            start = Stopwatch.GetTimestamp();
            block();
            means[i] = Stopwatch.GetElapsedTime(start).TotalNanoseconds / NanosecondsPerInstruction / repetitions;
            pause?.Invoke();
        }
        Array.Sort(means);
        return means[Measured / 2];
    }
}
