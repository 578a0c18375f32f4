namespace FastSockets.Perf;

/// <summary>The rows of a run as a table of text, whoever shows it.</summary>
internal sealed class TableView(RowTable rows)
{
    public const string Legend =
        "+-: the 95 % confidence interval over the rounds. In brackets: Fast Sockets' value by this one's; of times below 1 is in "
        + "its favour, of rates above 1. "
        + "Saturated: requests came faster than they were answered, so that times say only how long that went on.";

    private readonly TransportKind[] _transports = [.. rows.Rows.Select(row => row.Transport).Distinct().Order()];

    public IReadOnlyList<string> Columns => ["figure", .. _transports.Select(Names.TitleOf), "better is"];

    public IEnumerable<TableLine> Lines =>
        from line in rows.Rows.Select(row => (row.Point, row.Metric)).Distinct()
        // A line of polling bandwidth with nothing on it but who always polls only repeats what stands in the others.
        where line.Point.Pattern != Pattern.Stream || HasChoice(line.Point.Wait)
        select new TableLine(line.Point.Pattern, Cells(line.Point, line.Metric));

    private string[] Cells(Point point, string metric)
    {
        double? own = rows.Find(TransportKind.FastSocketsRdma, point, metric)?.Value;
        return
        [
            $"{point} {metric} ({Metric.UnitOf(metric)})",
            .. _transports.Select(transport =>
                Cell(rows.Mark(transport, point, metric), own, metric)),
            metric == Metric.HashEqual ? "1" : Metric.LowerIsBetter(metric) ? "lower" : "higher",
        ];
    }

    private string Cell(Row? row, double? own, string metric)
    {
        if (row is null)
            return "-";
        string noise = row.Interval is { } interval ? $" +-{Math.Min(999, 100 * interval.HalfWidth):0}%" : "";
        if (rows.IsSaturated(row.Transport, row.Point))
            return $"{Numbers.Of(row.Value)}{noise} saturated";
        bool isCompared = row.Transport != TransportKind.FastSocketsRdma && metric != Metric.HashEqual
            && own > 0 && row.Value > 0 && !rows.IsSaturated(TransportKind.FastSocketsRdma, row.Point);
        return Numbers.Of(row.Value) + noise + (isCompared ? $" ({Numbers.Of(own!.Value / row.Value)})" : "");
    }

    private bool HasChoice(Wait wait) =>
        rows.Rows.Any(row => row.Pattern == Pattern.Stream && row.Wait == wait && !RowTable.OnlySpins(row.Transport))
        || rows.Rows.All(row => RowTable.OnlySpins(row.Transport));
}
