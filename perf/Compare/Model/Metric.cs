namespace FastSockets.Perf;

/// <summary>The names of the figures, their units, and which way is better.</summary>
internal static class Metric
{
    public const string RoundTripMedian = "rtt_p50";
    public const string RoundTripP99 = "rtt_p99";
    public const string Bandwidth = "bandwidth";
    public const string ConnectsPerSecond = "connects_per_s";
    public const string FirstConnect = "connect_first";
    public const string HashEqual = "sha256_equal";
    public const string CpuPerByteClient = "cpu_per_byte_client";
    public const string CpuPerByteServer = "cpu_per_byte_server";
    public const string CpuPerMessageClient = "cpu_per_message_client";
    public const string CpuPerMessageServer = "cpu_per_message_server";

    public static string UnitOf(string metric) => metric switch
    {
        RoundTripMedian or RoundTripP99 or FirstConnect or CpuPerMessageClient or CpuPerMessageServer => "us",
        CpuPerByteClient or CpuPerByteServer => "ns",
        Bandwidth => "MB/s",
        ConnectsPerSecond => "1/s",
        HashEqual => "bool",
        _ => throw new ArgumentOutOfRangeException(nameof(metric), metric, "no such metric"),
    };

    public static bool LowerIsBetter(string metric) => UnitOf(metric) is "us" or "ns";
}
