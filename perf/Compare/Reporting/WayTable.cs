namespace FastSockets.Perf;

/// <summary>
/// What a byte of a stream costs both ends by each way of sending and receiving it, beside one another: what sparing copies brings.
/// </summary>
internal static class WayTable
{
    public const string Legend =
        "Processor time of both ends (of client + server) for each byte streamed, in ns. In brackets: by that of blocking calls "
        + "with memory of the program's own, which Fast Sockets copies at both ends.";

    private static readonly Wait[] Ways = [Wait.Block, Wait.Async, Wait.Pipe, Wait.Pool];

    public static readonly IReadOnlyList<string> Columns = ["transport", "size", .. Ways.Select(Names.Of)];

    public static IEnumerable<string[]> Lines(IReadOnlyList<Row> rows)
    {
        var table = new RowTable(rows);
        return from row in rows
               where row is { Pattern: Pattern.Stream, Metric: Metric.CpuPerByteClient }
               group row.Wait by (row.Transport, row.Size) into ways
               where ways.Any(way => way is Wait.Pipe or Wait.Pool)
               orderby ways.Key.Transport, ways.Key.Size
               let block = Cost(table, ways.Key.Transport, ways.Key.Size, Wait.Block)
               select (string[])
               [
                   Names.TitleOf(ways.Key.Transport), Names.OfSize(ways.Key.Size),
                   .. Ways.Select(way => Cell(Cost(table, ways.Key.Transport, ways.Key.Size, way), way, block)),
               ];
    }

    private static (double Near, double Far)? Cost(RowTable table, TransportKind transport, long size, Wait way)
    {
        var point = new Point(Pattern.Stream, way, size);
        return table.Find(transport, point, Metric.CpuPerByteClient) is { } near
            && table.Find(transport, point, Metric.CpuPerByteServer) is { } far
            ? (near.Value, far.Value)
            : null;
    }

    private static string Cell((double Near, double Far)? cost, Wait way, (double Near, double Far)? block)
    {
        if (cost is not var (near, far))
            return "-";
        string ratio = block is var (blockNear, blockFar) && way != Wait.Block
            ? $" ({Numbers.Of((near + far) / (blockNear + blockFar))})"
            : "";
        return $"{Numbers.Of(near + far)} = {Numbers.Of(near)} + {Numbers.Of(far)}{ratio}";
    }
}
