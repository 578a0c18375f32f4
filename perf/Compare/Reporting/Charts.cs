namespace FastSockets.Perf;

/// <summary>latency.svg and bandwidth.svg.</summary>
internal static class Charts
{
    private static readonly (TransportKind Transport, string Color)[] Lines =
    [
        (TransportKind.FastSocketsRdma, "#0b6e4f"),
        (TransportKind.Tcp, "#c1440e"),
        (TransportKind.Rsockets, "#8e44ad"),
        (TransportKind.Verbs, "#33658a"),
        (TransportKind.VerbsRdmaSharp, "#17a2b8"),
        (TransportKind.UcxTag, "#b8860b"),
        (TransportKind.UcxUct, "#777777"),
    ];

    public static void Write(string folder, Results results)
    {
        var rows = results.Rows;
        string where = $"{results.Environment.Device}, {results.Environment.ProvidedBy}"
            + (results.Environment.ProvidedBy == "vm-tcg" ? ": emulated, compare the lines only" : "");
        Write(Path.Combine(folder, "latency.svg"), "Round trip, median", "us", where,
            Series(rows, Pattern.PingPong, Metric.RoundTripMedian, [Wait.Block, Wait.Spin]));
        Write(Path.Combine(folder, "bandwidth.svg"), "Stream bandwidth", "MB/s", where,
            Series(rows, Pattern.Stream, Metric.Bandwidth, [Wait.Block, Wait.Spin]));
    }

    private static List<Series> Series(IReadOnlyList<Row> rows, Pattern pattern, string metric, Wait[] waits) =>
    [
        .. from wait in waits
           from line in Lines
           let points = rows
               .Where(row => row.Transport == line.Transport && row.Pattern == pattern && row.Wait == wait
                   && row.Metric == metric && row.Value > 0)
               .Select(row => (row.Size, row.Value))
               .ToArray()
           where points.Length > 0
           select new Series($"{Names.TitleOf(line.Transport)}, {Names.Of(wait)}", line.Color, wait == Wait.Spin, points),
    ];

    private static void Write(string path, string title, string unit, string where, List<Series> series)
    {
        if (series.Count > 0)
            File.WriteAllText(path, new LogChart(title, unit, where, series).Render());
    }
}
