namespace FastSockets.Perf;

/// <summary>Raw verbs: what the device gives to a program with no layer between.</summary>
internal sealed class VerbsMeasurer(CompareOptions options) : IMeasurer
{
    private const int Attempts = 3;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly PerftestMeasurer _polling = new(options);
    private readonly EventLatencyMeasurer _sleeping = new(options);

    public TransportKind Transport => TransportKind.Verbs;

    public async Task<IReadOnlyList<Figure>> MeasureAsync(Point point, CancellationToken cancellation)
    {
        for (int attempt = 1; ; attempt++)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            limit.CancelAfter(Patience);
            try
            {
                var measuring = point.Wait == Wait.Block
                    ? _sleeping.MeasureAsync(point, limit.Token)
                    : _polling.MeasureAsync(point, limit.Token);
                return await measuring.ConfigureAwait(false);
            }
            catch (MeasurementException failure) when (attempt < Attempts && !cancellation.IsCancellationRequested)
            {
                Progress.Say($"again: {failure.Message}");
            }
        }
    }

    public void Dispose()
    {
    }
}
