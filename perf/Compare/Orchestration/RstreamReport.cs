using System.Globalization;

namespace FastSockets.Perf;

/// <summary>Reads the last line of rstream, whose last word is the mean time of a transfer one way, in microseconds.</summary>
internal static class RstreamReport
{
    /// <summary>The mean of the round trips: rstream tells no percentiles.</summary>
    public static Figure[] Latency(string output) => [new(Metric.RoundTripMean, 2 * Transfer(output))];

    public static Figure[] Bandwidth(string output, long size) => [new(Metric.Bandwidth, size / Transfer(output))];

    private static double Transfer(string output)
    {
        string[] words = output.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return words.Length > 0
            && double.TryParse(words[^1], NumberStyles.Float, CultureInfo.InvariantCulture, out double us) && us > 0
            ? us
            : throw new MeasurementException($"rstream reported no figures:\n{output}");
    }
}
