using Spectre.Console;

namespace FastSockets.Perf;

/// <summary>The table at the end: one line for each figure, the transports beside one another.</summary>
internal static class ResultTable
{
    private const int WidthWithoutTerminal = 132;

    public static void Print(RowTable rows)
    {
        if (Console.IsOutputRedirected)
            AnsiConsole.Profile.Width = WidthWithoutTerminal;
        var table = new Table { Border = TableBorder.Simple };
        foreach (string name in new[] { "pattern", "wait", "size", "metric" })
            table.AddColumn(name);
        foreach (string name in new[] { "Fast Sockets", "TCP", "verbs", "FS / TCP", "FS / verbs" })
            table.AddColumn(new TableColumn(name).RightAligned());
        table.AddColumn("better is");

        // A line of polling bandwidth with nothing but verbs on it only repeats what stands in the others.
        var lines = rows.Rows
            .Select(row => (row.Pattern, row.Wait, row.Size, row.Metric))
            .Distinct()
            .Where(line => line.Pattern != Pattern.Stream || HasSockets(rows, line.Wait));
        Pattern? last = null;
        foreach (var (pattern, wait, size, metric) in lines)
        {
            if (last is not null && last != pattern)
                table.AddEmptyRow();
            last = pattern;
            var fast = rows.Value(TransportKind.FastSocketsRdma, pattern, wait, size, metric);
            var tcp = rows.Value(TransportKind.Tcp, pattern, wait, size, metric);
            var verbs = rows.Verbs(pattern, wait, size, metric);
            table.AddRow(
                Names.Of(pattern), Names.Of(wait), Names.OfSize(size), $"{metric} ({Metric.UnitOf(metric)})",
                Cell(fast), Cell(tcp), Cell(verbs), Ratio(fast, tcp, metric), Ratio(fast, verbs, metric), Better(metric));
        }
        AnsiConsole.Write(table);
    }

    private static bool HasSockets(RowTable rows, Wait wait) =>
        rows.Rows.Any(row => row.Pattern == Pattern.Stream && row.Wait == wait && row.Transport != TransportKind.Verbs)
        || rows.Rows.All(row => row.Transport == TransportKind.Verbs);

    private static string Cell(double? value) => value is { } number ? Numbers.Of(number) : "-";

    private static string Ratio(double? value, double? to, string metric) =>
        metric != Metric.HashEqual && value is { } number && to is { } other && other != 0
            ? Numbers.Of(number / other)
            : "-";

    private static string Better(string metric) =>
        metric == Metric.HashEqual ? "1" : Metric.LowerIsBetter(metric) ? "lower" : "higher";
}
