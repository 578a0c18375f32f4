using Spectre.Console;

namespace FastSockets.Perf;

/// <summary>The table at the end: one line for each figure, the transports beside one another.</summary>
internal static class ResultTable
{
    private const int WidthWithoutTerminal = 220;

    public static void Print(RowTable rows)
    {
        if (Console.IsOutputRedirected)
            AnsiConsole.Profile.Width = WidthWithoutTerminal;
        var view = new TableView(rows);
        var table = new Table { Border = TableBorder.Simple };
        foreach (string name in view.Columns)
            table.AddColumn(new TableColumn(name) { NoWrap = true, Alignment = name == "figure" ? Justify.Left : Justify.Right });
        Pattern? last = null;
        foreach (var line in view.Lines)
        {
            if (last is not null && last != line.Pattern)
                table.AddEmptyRow();
            last = line.Pattern;
            table.AddRow([.. line.Cells.Select(Markup.Escape)]);
        }
        AnsiConsole.Write(table);
        Progress.Say(TableView.Legend);
    }

    public static void Print(IReadOnlyList<string> columns, IEnumerable<string[]> lines, string legend)
    {
        var table = new Table { Border = TableBorder.Simple };
        foreach (string name in columns)
            table.AddColumn(new TableColumn(name) { NoWrap = true });
        foreach (string[] line in lines)
            table.AddRow([.. line.Select(Markup.Escape)]);
        if (table.Rows.Count == 0)
            return;
        AnsiConsole.Write(table);
        Progress.Say(legend);
    }
}
