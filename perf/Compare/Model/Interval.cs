namespace FastSockets.Perf;

/// <summary>Where the true value lies with a confidence of 95 %.</summary>
internal sealed record Interval(double Low, double High)
{
    // Student's t for 95 % in the middle, by degrees of freedom from 1.
    private static readonly double[] T =
    [
        12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131,
        2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042,
    ];

    /// <summary>
    /// By Student's t on the logarithms: what disturbs a measurement multiplies it, and no figure here is below 0. Null for
    /// fewer than two values, and for zeros.
    /// </summary>
    public static Interval? Of(IReadOnlyCollection<double> values)
    {
        if (values.Count < 2 || values.Any(value => value <= 0))
            return null;
        double[] logs = [.. values.Select(value => Math.Log(value))];
        double mean = logs.Average();
        double variance = logs.Sum(log => (log - mean) * (log - mean)) / (logs.Length - 1);
        double half = T[Math.Min(logs.Length - 2, T.Length - 1)] * Math.Sqrt(variance / logs.Length);
        return new Interval(Math.Exp(mean - half), Math.Exp(mean + half));
    }

    public bool Overlaps(Interval other) => Low <= other.High && other.Low <= High;

    /// <summary>As a share of its middle, in the geometric sense: 0.1 is 10 % to either side.</summary>
    internal double HalfWidth => Math.Sqrt(High / Low) - 1;
}
