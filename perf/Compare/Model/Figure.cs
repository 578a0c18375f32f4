namespace FastSockets.Perf;

/// <summary>One measured value; its unit follows from the metric.</summary>
internal readonly record struct Figure(string Metric, double Value);
