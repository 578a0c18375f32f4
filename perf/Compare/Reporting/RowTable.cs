namespace FastSockets.Perf;

/// <summary>Finds rows of one run by what they measure.</summary>
internal sealed class RowTable(IReadOnlyList<Row> rows)
{
    private static readonly Point AnyBlockingStream = new(Pattern.Stream, Wait.Block, 1);

    public IReadOnlyList<Row> Rows => rows;

    public double? Value(TransportKind transport, Pattern pattern, Wait wait, long size, string metric) =>
        rows.FirstOrDefault(row => row.Transport == transport && row.Pattern == pattern && row.Wait == wait
            && row.Size == size && row.Metric == metric)?.Value;

    /// <summary>
    /// The value, or that of the spinning wait where a transport streams with no other: it is the mark for every wait.
    /// </summary>
    public double? Mark(TransportKind transport, Pattern pattern, Wait wait, long size, string metric) =>
        Value(transport, pattern, wait, size, metric)
        ?? (pattern == Pattern.Stream && OnlySpins(transport) ? Value(transport, pattern, Wait.Spin, size, metric) : null);

    public static bool OnlySpins(TransportKind transport) => Offer.WhyNot(transport, AnyBlockingStream) is not null;
}
