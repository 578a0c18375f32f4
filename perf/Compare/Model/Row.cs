namespace FastSockets.Perf;

/// <summary>
/// One figure of results.json: the median over the rounds, and the 95 % confidence interval where there were several.
/// </summary>
internal sealed record Row(
    TransportKind Transport, Pattern Pattern, Wait Wait, long Size, string Metric, double Value, string Unit)
{
    public int Connections { get; init; } = 1;

    /// <summary>Requests per second of a load that does not wait for answers; 0 where there is none.</summary>
    public int Rate { get; init; }

    public int Rounds { get; init; } = 1;

    /// <summary>Those of the rounds, in their order; none in an older file, for which the deserializer sets null.</summary>
    public IReadOnlyList<double> Values { get; init => field = value ?? []; } = [];

    public Interval? Interval { get; init; }

    internal Point Point => new(Pattern, Wait, Size) { Connections = Connections, Rate = Rate };
}
