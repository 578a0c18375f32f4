namespace FastSockets.Perf;

/// <summary>Where and how the figures were taken, and so what they may be used for. The host is the one of the clients.</summary>
internal sealed record RunEnvironment : HostEnvironment
{
    /// <summary>The host of the servers; null if it is the same.</summary>
    public HostEnvironment? Peer { get; init; }

    public required string Commit { get; init; }
    public required DateTimeOffset Date { get; init; }
    public required string CommandLine { get; init; }
    public required int Seed { get; init; }
    public required int Rounds { get; init; }
    public required double SecondsPerFigure { get; init; }
    public required double SpinBudgetUs { get; init; }
    public required string File { get; init; }
    public required IReadOnlyList<string> Notes { get; init; }
    public required IReadOnlyList<string> Failures { get; init; }
}
