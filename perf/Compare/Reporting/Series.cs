namespace FastSockets.Perf;

/// <summary>One line of a chart; <paramref name="Dashes"/> as of stroke-dasharray, empty for none.</summary>
internal sealed record Series(string Name, string Color, string Dashes, IReadOnlyList<(long Size, double Value)> Points)
{
    /// <summary>A point to be seen beside the line.</summary>
    public (double Size, double Value)? Mark { get; init; }
}
