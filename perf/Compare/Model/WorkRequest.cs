namespace FastSockets.Perf;

/// <summary>
/// One line to a worker: take your side of this point. The server side listens on <see cref="Port"/> already.
/// </summary>
internal sealed record WorkRequest
{
    public required Point Point { get; init; }
    public required int Port { get; init; }
    public required double WarmUpSeconds { get; init; }
    public required double Seconds { get; init; }
    public required string? File { get; init; }
}
