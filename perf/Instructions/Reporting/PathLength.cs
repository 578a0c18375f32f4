namespace FastSockets.Perf.Instructions;

/// <summary>One operation: the median over the runs for each transport, and Fast Sockets' share of each rival's.</summary>
internal sealed record PathLength(
    string Operation, IReadOnlyDictionary<string, double> Instructions, IReadOnlyDictionary<string, Ratio> Ratios);

/// <summary>Fast Sockets' instructions by a rival's.</summary>
/// <param name="Value">The median over the runs.</param>
/// <param name="Spread">(largest - smallest) / median over the runs; 0 for a single run.</param>
internal sealed record Ratio(double Value, double Spread);
