namespace FastSockets.Perf;

/// <summary>One figure of results.json.</summary>
internal sealed record Row(
    TransportKind Transport, Pattern Pattern, Wait Wait, long Size, string Metric, double Value, string Unit);
