namespace FastSockets.Perf;

/// <summary>A point and the transports that are measured on it, side by side.</summary>
internal sealed record Step(Point Point, IReadOnlyList<TransportKind> Transports);
