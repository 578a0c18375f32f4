namespace FastSockets.Perf;

/// <summary>One line of a chart.</summary>
internal sealed record Series(string Name, string Color, bool Dashed, IReadOnlyList<(long Size, double Value)> Points)
{
    /// <summary>A point to be seen beside the line.</summary>
    public (double Size, double Value)? Mark { get; init; }
}
