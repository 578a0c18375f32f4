namespace FastSockets.Perf;

/// <summary>Where and how the figures were taken, and so what they may be used for.</summary>
internal sealed record RunEnvironment
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
    public required string Commit { get; init; }
    public required DateTimeOffset Date { get; init; }
    public required string CommandLine { get; init; }
    public required string Address { get; init; }
    public required string Netdev { get; init; }
    public required int LinkMtu { get; init; }
    public required string PathMtu { get; init; }
    public required int Seed { get; init; }
    public required int Rounds { get; init; }
    public required double SecondsPerFigure { get; init; }
    public required double SpinBudgetUs { get; init; }
    public required string File { get; init; }
    public required IReadOnlyList<string> Notes { get; init; }
    public required IReadOnlyList<string> Failures { get; init; }
}
