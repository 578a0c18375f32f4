namespace FastSockets.Perf;

/// <summary>The whole of results.json.</summary>
internal sealed record Results(
    RunEnvironment Environment, IReadOnlyList<Row> Rows, IReadOnlyList<Fit> Fits, IReadOnlyList<Gap> NotMeasured);
