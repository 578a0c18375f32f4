namespace FastSockets.Perf;

/// <summary>The names of the figures, their units, and which way is better.</summary>
internal static class Metric
{
    public const string RoundTripMedian = "rtt_p50";
    public const string RoundTripMean = "rtt_mean";
    public const string RoundTripP99 = "rtt_p99";
    public const string Bandwidth = "bandwidth";
    public const string TransferTime = "transfer_time";
    public const string ConnectsPerSecond = "connects_per_s";
    public const string FirstConnect = "connect_first";
    public const string HashEqual = "sha256_equal";
    public const string CpuPerByteClient = "cpu_per_byte_client";
    public const string CpuPerByteServer = "cpu_per_byte_server";
    public const string CpuPerMessageClient = "cpu_per_message_client";
    public const string CpuPerMessageServer = "cpu_per_message_server";
    public const string MessagesPerSecond = "messages_per_s";
    public const string MemoryClient = "memory_client";
    public const string MemoryServer = "memory_server";
    public const string RegisteredClient = "registered_client";
    public const string RegisteredServer = "registered_server";
    public const string KernelMemory = "memory_kernel";
    public const string AchievedRate = "achieved_rate";
    public const string LoadMedian = "load_p50";
    public const string LoadP99 = "load_p99";
    public const string LoadP999 = "load_p99.9";
    public const string RequestsPerSecond = "requests_per_s";
    public const string CpuPerRequestClient = "cpu_per_request_client";
    public const string CpuPerRequestServer = "cpu_per_request_server";

    public static string UnitOf(string metric) => metric switch
    {
        RoundTripMedian or RoundTripMean or RoundTripP99 or TransferTime or FirstConnect or LoadMedian or LoadP99 or LoadP999
            or CpuPerMessageClient or CpuPerMessageServer or CpuPerRequestClient or CpuPerRequestServer => "us",
        CpuPerByteClient or CpuPerByteServer => "ns",
        MemoryClient or MemoryServer or RegisteredClient or RegisteredServer or KernelMemory => "B",
        Bandwidth => "MB/s",
        ConnectsPerSecond or MessagesPerSecond or RequestsPerSecond or AchievedRate => "1/s",
        HashEqual => "bool",
        _ => throw new ArgumentOutOfRangeException(nameof(metric), metric, "no such metric"),
    };

    /// <summary>Where it stands among those of a point: what is measured comes before what it costs.</summary>
    public static int RankOf(string metric) => metric switch
    {
        RoundTripMedian or Bandwidth or ConnectsPerSecond or MessagesPerSecond or RequestsPerSecond or MemoryClient => 0,
        RoundTripMean or TransferTime or MemoryServer => 1,
        RoundTripP99 or KernelMemory => 2,
        _ => 3,
    };

    public static bool LowerIsBetter(string metric) => UnitOf(metric) is "us" or "ns" or "B";
}
