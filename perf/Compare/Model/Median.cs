namespace FastSockets.Perf;

internal static class Median
{
    /// <summary>The middle value, or the mean of the two in the middle. Of one value at least.</summary>
    public static double Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
