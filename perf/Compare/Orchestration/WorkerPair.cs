namespace FastSockets.Perf;

/// <summary>A client and a server process of one transport.</summary>
internal sealed class WorkerPair : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    // With the start of both: on one emulated processor at each end, Kestrel takes longer than a minute to be compiled.
    private static readonly TimeSpan FirstPatience = TimeSpan.FromSeconds(180);

    private readonly WorkerProcess _server;
    private readonly WorkerProcess _client;
    private IReadOnlyDictionary<Wait, int>? _ports;

    /// <param name="clientVariables">NAME=VALUE each.</param>
    public WorkerPair(
        IServerHost host, string serverRole, string clientRole, TransportKind transport, IReadOnlyList<string> clientVariables)
    {
        string address = host.Environment.Address;
        _server = new WorkerProcess(host.Start, host.Program, serverRole, transport, address);
        _client = new WorkerProcess(
            ChildProcess.Start, ["env", .. clientVariables, .. ThisHost.Self], clientRole, transport, address);
    }

    /// <summary>The figures of both sides.</summary>
    public async Task<IReadOnlyList<Figure>> MeasureAsync(
        Point point, CompareOptions options, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(_ports is null ? FirstPatience : Patience);
        _ports ??= await StartAsync(limit.Token).ConfigureAwait(false);
        var request = new WorkRequest
        {
            Point = point,
            Port = _ports[point.Wait],
            WarmUpSeconds = options.WarmUpSeconds,
            Seconds = options.Seconds,
            File = options.File,
        };
        _server.Ask(request);
        _client.Ask(request);
        var client = _client.ReadAsync(limit.Token);
        var server = _server.ReadAsync(limit.Token);
        // Whichever side fails first says why; the other then only knows that it lost its peer.
        await (await Task.WhenAny(client, server).ConfigureAwait(false)).ConfigureAwait(false);
        var far = await server.ConfigureAwait(false);
        var near = await client.ConfigureAwait(false);
        return [.. near.Figures!, .. far.Figures!];
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
