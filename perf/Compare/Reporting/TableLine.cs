namespace FastSockets.Perf;

/// <summary>One line of text of the results' table; the first cell names the figure.</summary>
internal sealed record TableLine(Pattern Pattern, IReadOnlyList<string> Cells);
