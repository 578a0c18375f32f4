namespace FastSockets.Perf;

/// <summary>The machine on which the servers run.</summary>
internal interface IServerHost : IDisposable
{
    HostEnvironment Environment { get; }

    /// <summary>How this program is started there.</summary>
    IReadOnlyList<string> Program { get; }

    /// <summary>perf/verbs/verbs-latency, compiled, there.</summary>
    string VerbsLatencyProgram { get; }

    ChildProcess Start(IReadOnlyList<string> command);

    /// <summary>Waits until something listens on a TCP port there: perftest's client does not try twice.</summary>
    Task ListeningAsync(int port, CancellationToken cancellation);
}
