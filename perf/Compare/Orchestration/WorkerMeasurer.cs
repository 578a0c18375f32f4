namespace FastSockets.Perf;

/// <summary>Worker processes of one transport, kept from the first point that needs them to the last.</summary>
internal sealed class WorkerMeasurer(TransportKind transport, CompareOptions options) : IMeasurer
{
    /// <summary>So that Fast Sockets' first connection to a peer can be had again and again.</summary>
    private static readonly string[] Forgetful = ["FASTSOCKETS_LINK_IDLE_MS=0"];

    private WorkerPair? _sockets;
    private WorkerPair? _forgetting;
    private WorkerPair? _http;

    public TransportKind Transport => transport;

    public Task<IReadOnlyList<Figure>> MeasureAsync(Point point, CancellationToken cancellation)
    {
        var pair = point.Pattern switch
        {
            // With the others every connection is the first.
            Pattern.First when transport == TransportKind.FastSocketsRdma => _forgetting ??= Start("server", "client", Forgetful),
            Pattern.Http => _http ??= Start("http-server", "http-client"),
            _ => _sockets ??= Start("server", "client"),
        };
        return pair.MeasureAsync(point, options, cancellation);
    }

    public void Dispose()
    {
        _sockets?.Dispose();
        _forgetting?.Dispose();
        _http?.Dispose();
    }

    private WorkerPair Start(string server, string client, params string[] clientVariables) =>
        new(options.Server, server, client, transport, clientVariables);
}
