namespace FastSockets.Perf;

/// <summary>What was not measured on a transport, and why not.</summary>
internal sealed record Gap(TransportKind Transport, string What, string Reason);
