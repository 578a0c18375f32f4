namespace FastSockets.Perf;

/// <summary>Finds rows of one run by what they measure.</summary>
internal sealed class RowTable(IReadOnlyList<Row> rows)
{
    public IReadOnlyList<Row> Rows => rows;

    public double? Value(TransportKind transport, Pattern pattern, Wait wait, long size, string metric) =>
        rows.FirstOrDefault(row => row.Transport == transport && row.Pattern == pattern && row.Wait == wait
            && row.Size == size && row.Metric == metric)?.Value;

    /// <summary>The same measurement on raw verbs. ib_write_bw polls: it is the mark for every wait.</summary>
    public double? Verbs(Pattern pattern, Wait wait, long size, string metric) =>
        Value(TransportKind.Verbs, pattern, pattern == Pattern.Stream ? Wait.Spin : wait, size, metric);

    public IEnumerable<long> Sizes(Pattern pattern) =>
        rows.Where(row => row.Pattern == pattern).Select(row => row.Size).Distinct().Order();
}
