namespace FastSockets.Perf;

/// <summary>The rows of a run as a table of text, whoever shows it.</summary>
internal sealed class TableView(RowTable rows)
{
    public const string Legend =
        "In brackets: Fast Sockets' value by this one's. Of times below 1 is in its favour, of rates above 1.";

    private readonly TransportKind[] _transports = [.. rows.Rows.Select(row => row.Transport).Distinct().Order()];

    public IReadOnlyList<string> Columns => ["figure", .. _transports.Select(Names.TitleOf), "better is"];

    public IEnumerable<TableLine> Lines =>
        from line in rows.Rows.Select(row => (row.Pattern, row.Wait, row.Size, row.Metric)).Distinct()
        // A line of polling bandwidth with nothing on it but who always polls only repeats what stands in the others.
        where line.Pattern != Pattern.Stream || HasChoice(line.Wait)
        select new TableLine(line.Pattern, Cells(line.Pattern, line.Wait, line.Size, line.Metric));

    private string[] Cells(Pattern pattern, Wait wait, long size, string metric)
    {
        double? own = rows.Value(TransportKind.FastSocketsRdma, pattern, wait, size, metric);
        return
        [
            $"{new Point(pattern, wait, size)} {metric} ({Metric.UnitOf(metric)})",
            .. _transports.Select(transport =>
                Cell(rows.Mark(transport, pattern, wait, size, metric), transport, own, metric)),
            metric == Metric.HashEqual ? "1" : Metric.LowerIsBetter(metric) ? "lower" : "higher",
        ];
    }

    private static string Cell(double? value, TransportKind transport, double? own, string metric) => value switch
    {
        null => "-",
        0 => "0",
        { } number when own is null || transport == TransportKind.FastSocketsRdma || metric == Metric.HashEqual =>
            Numbers.Of(number),
        { } number => $"{Numbers.Of(number)} ({Numbers.Of(own.Value / number)})",
    };

    private bool HasChoice(Wait wait) =>
        rows.Rows.Any(row => row.Pattern == Pattern.Stream && row.Wait == wait && !RowTable.OnlySpins(row.Transport))
        || rows.Rows.All(row => RowTable.OnlySpins(row.Transport));
}
