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

    private static readonly TimeSpan s_warmUp = TimeSpan.FromMilliseconds(100);

    /// <param name="repetitions">In a block.</param>
    /// <param name="block">What is counted.</param>
    /// <param name="pause">What has to be done after each block, and is not counted.</param>
    /// <param name="warmUp">In the guest's time, in which all that is done at first only is done. 100 ms unless told.</param>
    public static double Count(int repetitions, Action block, Action? pause = null, TimeSpan? warmUp = null)
    {
        long start = Stopwatch.GetTimestamp();
        do
        {
            block();
            pause?.Invoke();
        }
        while (Stopwatch.GetElapsedTime(start) < (warmUp ?? s_warmUp));

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
