namespace FastSockets.Perf;

/// <summary>Finds rows of one run by what they measure.</summary>
internal sealed class RowTable(IReadOnlyList<Row> rows)
{
    // Of the rate asked for; below, a queue grows for as long as the measurement lasts.
    private const double KeptUp = 0.98;

    private static readonly Point AnyBlockingStream = new(Pattern.Stream, Wait.Block, 64 << 10);

    public IReadOnlyList<Row> Rows => rows;

    public Row? Find(TransportKind transport, Point point, string metric) =>
        rows.FirstOrDefault(row => row.Transport == transport && row.Point == point && row.Metric == metric);

    /// <summary>
    /// The row, or that of the spinning wait where a transport streams with no other: it is the mark for every wait.
    /// </summary>
    public Row? Mark(TransportKind transport, Point point, string metric) =>
        Find(transport, point, metric)
        ?? (point.Pattern == Pattern.Stream && OnlySpins(transport)
            ? Find(transport, point with { Wait = Wait.Spin }, metric)
            : null);

    /// <summary>Whether the point is a load whose rate the transport did not keep up with.</summary>
    public bool IsSaturated(TransportKind transport, Point point) =>
        Find(transport, point, Metric.AchievedRate) is { } achieved && achieved.Value < KeptUp * point.Rate;

    public static bool OnlySpins(TransportKind transport) => Offer.WhyNot(transport, AnyBlockingStream) is not null;
}
