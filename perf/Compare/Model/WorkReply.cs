namespace FastSockets.Perf;

/// <summary>One line from a worker: the ports it listens on when it starts, then an answer to each request.</summary>
internal sealed record WorkReply
{
    public IReadOnlyDictionary<Wait, int>? Ports { get; init; }
    public IReadOnlyList<Figure>? Figures { get; init; }
}
