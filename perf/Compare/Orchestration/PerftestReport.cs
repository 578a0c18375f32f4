namespace FastSockets.Perf;

/// <summary>Reads the one line of figures that a perftest program prints under its line of column names.</summary>
internal static class PerftestReport
{
    private const double BytesPerMebibyte = 1 << 20;

    /// <summary>perftest's latencies are half of a round trip: doubled.</summary>
    public static Figure[] Latency(string output)
    {
        double[] columns = Columns(output, atLeast: 8);
        return
        [
            new(Metric.RoundTripMedian, 2 * columns[4]),
            new(Metric.RoundTripP99, 2 * columns[7]),
        ];
    }

    public static Figure[] Bandwidth(string output)
    {
        if (!output.Contains("BW average[MB/sec]", StringComparison.Ordinal))
            throw new MeasurementException($"perftest did not report MB/sec:\n{output}");
        double[] columns = Columns(output, atLeast: 5);
        // What it calls MB is 2^20 bytes, with two decimals; the message rate, in millions, has six. The better of the two.
        double bySize = columns[3] * BytesPerMebibyte / 1e6;
        double byRate = columns[4] * columns[0];
        return [new(Metric.Bandwidth, columns[3] / 0.01 > columns[4] / 1e-6 ? bySize : byRate)];
    }

    private static double[] Columns(string output, int atLeast)
    {
        string[] lines = output.Split('\n');
        int names = Array.FindIndex(lines, line => line.TrimStart().StartsWith("#bytes", StringComparison.Ordinal));
        string line = names < 0 || names + 1 == lines.Length ? "" : lines[names + 1];
        return ReportLine.Numbers(line, atLeast, "perftest", output);
    }
}
