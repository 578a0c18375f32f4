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

    public static void Print(IReadOnlyList<Fit> fits)
    {
        if (fits.Count == 0)
            return;
        var table = new Table { Border = TableBorder.Simple };
        foreach (string name in FitTable.Columns)
            table.AddColumn(new TableColumn(name) { NoWrap = true });
        foreach (string[] line in FitTable.Lines(fits))
            table.AddRow([.. line.Select(Markup.Escape)]);
        AnsiConsole.Write(table);
        Progress.Say(FitTable.Legend);
    }
}
