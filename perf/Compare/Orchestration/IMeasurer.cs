namespace FastSockets.Perf;

/// <summary>Takes the figures of one point on one transport.</summary>
internal interface IMeasurer : IDisposable
{
    TransportKind Transport { get; }

    /// <exception cref="MeasurementException">The programs that were to be measured failed; so will the next try.</exception>
    Task<IReadOnlyList<Figure>> MeasureAsync(Point point, CancellationToken cancellation);
}
