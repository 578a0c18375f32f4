namespace FastSockets.Perf;

/// <summary>One end of the comparison: the machine, its device, and the versions of what runs there.</summary>
internal record HostEnvironment
{
    public required string Device { get; init; }
    public required string ProvidedBy { get; init; }
    public required string Kernel { get; init; }
    public required string Cpu { get; init; }
    public required int Cpus { get; init; }
    public required string Os { get; init; }
    public required string Dotnet { get; init; }
    public required string RdmaCore { get; init; }
    public required string Perftest { get; init; }
    public required string Address { get; init; }

    /// <summary>Of <see cref="Address"/> in the device's table; empty in an older file.</summary>
    public string GidIndex { get; init => field = value ?? ""; } = "";

    public required string Netdev { get; init; }
    public required int LinkMtu { get; init; }
    public required string PathMtu { get; init; }

    internal bool IsEmulated => ProvidedBy == "vm-tcg";
}
