namespace FastSockets.Perf;

/// <summary>The charts of a run, by the names of their files.</summary>
internal static class Charts
{
    private static readonly (TransportKind Transport, string Color)[] Lines =
    [
        (TransportKind.FastSocketsRdma, "#0b6e4f"),
        (TransportKind.Tcp, "#c1440e"),
        (TransportKind.Rsockets, "#8e44ad"),
        (TransportKind.Rstream, "#d98cd9"),
        (TransportKind.Verbs, "#33658a"),
        (TransportKind.VerbsRdmaSharp, "#17a2b8"),
        (TransportKind.UcxTag, "#b8860b"),
        (TransportKind.UcxUct, "#777777"),
    ];

    private const string Size = "message size";

    public static IReadOnlyList<(string Name, string Svg)> Of(Results results)
    {
        string where = HostFacts.DescribeEnds(results.Environment);
        var charts = new List<(string Name, string Svg)>();
        void Add(string name, string title, string unit, string across, Func<long, string> label, List<Series> series)
        {
            if (series.Count > 0)
                charts.Add((name, new LogChart(title, unit, across, where, series, label).Render()));
        }

        Add("latency", "Round trip, median", "us", Size, Names.OfSize, BySize(results, Pattern.PingPong, Metric.RoundTripMedian));
        Add("bandwidth", "Stream bandwidth; diamonds: n1/2, at half of r_inf", "MB/s", Size, Names.OfSize,
            BySize(results, Pattern.Stream, Metric.Bandwidth));
        Add("cpu-per-byte", "Processor time of both ends for each byte streamed", "ns", Size, Names.OfSize, CpuPerByte(results));
        Add("load", "Latency of 64 B requests at the rates kept up with; dashed: 99.9th percentile", "us",
            "requests per second", rate => $"{rate}", Load(results));
        return charts;
    }

    // Ways without copies stand beside the one with them, sometimes at one size alone.
    private static string ColorOf((TransportKind Transport, string Color) line, Wait wait) => (line.Transport, wait) switch
    {
        (TransportKind.FastSocketsRdma, Wait.Pipe) => "#4aa3df",
        (TransportKind.FastSocketsRdma, Wait.Pool) => "#d4a017",
        _ => line.Color,
    };

    private static string DashesOf(Wait wait) => wait switch
    {
        Wait.Spin => "5 4",
        Wait.Pipe => "10 3",
        Wait.Pool => "2 3",
        _ => "",
    };

    private static List<Series> BySize(Results results, Pattern pattern, string metric) =>
    [
        .. from wait in new[] { Wait.Block, Wait.Spin, Wait.Pipe, Wait.Pool }
           from line in Lines
           let points = results.Rows
               .Where(row => row.Transport == line.Transport && row.Pattern == pattern && row.Wait == wait
                   && row.Metric == metric && row.Value > 0)
               .Select(row => (row.Size, row.Value))
               .ToArray()
           where points.Length > 0
           let fit = pattern == Pattern.Stream
               ? results.Fits.FirstOrDefault(fit =>
                   fit.Transport == line.Transport && fit.Pattern == pattern && fit.Wait == wait)
               : null
           select new Series($"{Names.TitleOf(line.Transport)}, {Names.Of(wait)}", ColorOf(line, wait), DashesOf(wait), points)
           {
               Mark = fit is null ? null : (fit.HalfSize, fit.RInf / 2),
           },
    ];

    private static List<Series> Load(Results results)
    {
        var table = new RowTable(results.Rows);
        return
        [
            .. from metric in new[] { Metric.LoadMedian, Metric.LoadP999 }
               from line in Lines
               let points = results.Rows
                   .Where(row => row.Pattern == Pattern.Load && row.Metric == metric && row.Transport == line.Transport
                       && !table.IsSaturated(row.Transport, row.Point))
                   .Select(row => ((long)row.Rate, row.Value))
                   .ToArray()
               where points.Length > 0
               select new Series(
                   $"{Names.TitleOf(line.Transport)}, {metric[5..]}", line.Color, metric == Metric.LoadP999 ? "5 4" : "", points),
        ];
    }

    private static List<Series> CpuPerByte(Results results) =>
    [
        .. from wait in new[] { Wait.Block, Wait.Pipe, Wait.Pool }
           from line in Lines
           let points = results.Rows
               .Where(row => row.Pattern == Pattern.Stream && row.Wait == wait
                   && row.Metric is Metric.CpuPerByteClient or Metric.CpuPerByteServer && row.Transport == line.Transport)
               .GroupBy(row => row.Size, row => row.Value, (size, values) => (size, values.Sum()))
               .Where(point => point.Item2 > 0)
               .ToArray()
           where points.Length > 0
           select new Series($"{Names.TitleOf(line.Transport)}, {Names.Of(wait)}", ColorOf(line, wait), DashesOf(wait), points),
    ];
}
