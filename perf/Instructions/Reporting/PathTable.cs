using System.Globalization;
using Spectre.Console;

namespace FastSockets.Perf.Instructions;

/// <summary>Prints instructions, and Fast Sockets' by each rival's.</summary>
internal static class PathTable
{
    public static void Print(PathLengths paths)
    {
        var table = new Table().Border(TableBorder.Simple);
        table.AddColumn(new TableColumn("instructions").NoWrap());
        table.AddColumn(new TableColumn(PathLengths.Ours).RightAligned());
        foreach (string rival in PathLengths.Rivals)
            table.AddColumn(new TableColumn(rival).RightAligned().NoWrap());
        foreach (string rival in PathLengths.Rivals)
            table.AddColumn(new TableColumn($"/ {rival}").RightAligned().NoWrap());
        foreach (PathLength path in paths.Paths)
        {
            table.AddRow(
            [
                path.Operation,
                .. PathLengths.Rivals.Prepend(PathLengths.Ours).Select(transport => Count(path, transport)),
                .. PathLengths.Rivals.Select(rival => Quotient(path, rival)),
            ]);
        }
        AnsiConsole.Profile.Width = Math.Max(AnsiConsole.Profile.Width, 180);
        AnsiConsole.Write(table);
        AnsiConsole.WriteLine(
            $"Linux {paths.Kernel}, {paths.Architecture}, .NET {paths.Runtime}; median of {paths.Runs} runs, (largest - smallest) / median in brackets");
    }

    private static string Count(PathLength path, string transport) =>
        path.Instructions.TryGetValue(transport, out double count)
            ? count.ToString("N0", CultureInfo.InvariantCulture)
            : string.Empty;

    private static string Quotient(PathLength path, string rival) =>
        path.Ratios.TryGetValue(rival, out Ratio? ratio)
            ? string.Create(CultureInfo.InvariantCulture, $"{ratio.Value:0.000} ({ratio.Spread:0.0%})")
            : string.Empty;
}
