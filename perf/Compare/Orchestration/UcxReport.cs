using System.Globalization;

namespace FastSockets.Perf;

/// <summary>Reads the last line of <c>ucx_perftest -v</c>: iterations, three latencies, two bandwidths, two rates.</summary>
internal static class UcxReport
{
    private const int Columns = 8;
    private const double BytesPerMebibyte = 1 << 20;

    /// <summary>The latency is half of a round trip: doubled. One percentile is all that a run of it tells.</summary>
    public static Figure[] Latency(string output) => [new(Metric.RoundTripMedian, 2 * LastLine(output)[1])];

    /// <summary>Its MB are 2^20 bytes, with two decimals; its rate has none. The one that says more.</summary>
    public static Figure[] Bandwidth(string output, long size)
    {
        double[] columns = LastLine(output);
        double bySize = columns[5] * BytesPerMebibyte / 1e6;
        double byRate = columns[7] * size / 1e6;
        return [new(Metric.Bandwidth, columns[5] / 0.01 > columns[7] ? bySize : byRate)];
    }

    private static double[] LastLine(string output)
    {
        foreach (string line in output.Split('\n').Reverse())
        {
            string[] words = line.Split(',', StringSplitOptions.TrimEntries);
            double[] columns = [.. words.Select(Parse)];
            if (columns.Length == Columns && columns.All(double.IsFinite))
                return columns;
        }
        throw new MeasurementException($"ucx_perftest reported no figures:\n{output}");
    }

    private static double Parse(string word) =>
        double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) ? value : double.NaN;
}
