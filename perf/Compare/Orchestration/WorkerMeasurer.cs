namespace FastSockets.Perf;

/// <summary>A client and a server process of one transport, kept from the first point to the last.</summary>
internal sealed class WorkerMeasurer : IMeasurer
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly CompareOptions _options;
    private readonly WorkerProcess _server;
    private readonly WorkerProcess _client;
    private IReadOnlyDictionary<Wait, int>? _ports;

    public WorkerMeasurer(TransportKind transport, CompareOptions options)
    {
        Transport = transport;
        _options = options;
        _server = new WorkerProcess("server", transport, options.Address);
        _client = new WorkerProcess("client", transport, options.Address);
    }

    public TransportKind Transport { get; }

    public async Task<IReadOnlyList<Figure>> MeasureAsync(Point point, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Patience);
        _ports ??= await StartAsync(limit.Token).ConfigureAwait(false);
        var request = new WorkRequest
        {
            Point = point,
            Port = _ports[point.Wait],
            WarmUpSeconds = _options.WarmUpSeconds,
            Seconds = _options.Seconds,
            File = _options.File,
        };
        _server.Ask(request);
        _client.Ask(request);
        var client = _client.ReadAsync(limit.Token);
        var server = _server.ReadAsync(limit.Token);
        // Whichever side fails first says why; the other then only knows that it lost its peer.
        await (await Task.WhenAny(client, server).ConfigureAwait(false)).ConfigureAwait(false);
        await server.ConfigureAwait(false);
        return (await client.ConfigureAwait(false)).Figures!;
    }

    public void Dispose()
    {
        _client.Dispose();
        _server.Dispose();
    }

    private async Task<IReadOnlyDictionary<Wait, int>> StartAsync(CancellationToken cancellation)
    {
        var ports = (await _server.ReadAsync(cancellation).ConfigureAwait(false)).Ports!;
        await _client.ReadAsync(cancellation).ConfigureAwait(false);
        return ports;
    }
}
