namespace FastSockets.Perf;

/// <summary>One thing to measure on each transport. <paramref name="Size"/> is in bytes.</summary>
internal readonly record struct Point(Pattern Pattern, Wait Wait, long Size)
{
    public int Connections { get; init; } = 1;

    /// <summary>Requests per second of a load that does not wait for answers; 0 where there is none.</summary>
    public int Rate { get; init; }

    public override string ToString() => $"{Names.Of(Pattern)} {Names.Of(Wait)} {Names.OfSize(Size)}"
        + (Connections > 1 ? $" x {Connections}" : "")
        + (Rate > 0 ? $" {Rate}/s" : "");
}
