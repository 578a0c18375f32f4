using System.Net;
using System.Text;

namespace FastSockets.Perf;

/// <summary>Everything of a run on one page that needs no other file.</summary>
internal sealed class HtmlReport
{
    private const string Style = """
        body { font: 15px/1.5 system-ui, sans-serif; color: #222; margin: 2rem auto; max-width: 75rem; padding: 0 1rem }
        table { border-collapse: collapse; font-size: 13px; font-variant-numeric: tabular-nums; margin: .5rem 0 1rem }
        th, td { border-bottom: 1px solid #ddd; padding: .2rem .6rem; text-align: right; white-space: nowrap }
        th:first-child, td:first-child, table.text td { text-align: left }
        table.text td { white-space: normal }
        svg { max-width: 48rem; display: block; margin: 1rem 0 }
        ul { padding: .4rem 1rem .4rem 2rem }
        .caution { background: #fff4d6; border-left: 4px solid #d9a300 }
        .failed { background: #fde2e2; border-left: 4px solid #b00020 }
        tr.pattern td { border-bottom: 2px solid #888; font-weight: bold; padding-top: 1rem }
        """;

    private readonly StringBuilder _html = new();

    public static string Render(Results results, IReadOnlyList<(string Name, string Svg)> charts, IReadOnlyList<string> moves)
    {
        var report = new HtmlReport();
        report.Write(results, charts, moves);
        return report._html.ToString();
    }

    private void Write(Results results, IReadOnlyList<(string Name, string Svg)> charts, IReadOnlyList<string> moves)
    {
        var environment = results.Environment;
        _html.AppendLine("<!doctype html><html lang='en'><head><meta charset='utf-8'><title>Fast Sockets: comparison</title>");
        string where = environment.Peer is null ? "on one device" : "between two hosts";
        _html.AppendLine($"<style>{Style}</style></head><body><h1>Fast Sockets and its rivals {where}</h1>");
        Paragraph(HostFacts.DescribeEnds(environment));
        List("failed", environment.Failures);
        Heading("What these figures can be used for");
        List("caution", environment.Notes);
        Heading("Charts");
        foreach (var (_, svg) in charts)
            _html.AppendLine(svg);
        Heading("Figures");
        var view = new TableView(new RowTable(results.Rows));
        Paragraph(TableView.Legend + " docs/performance.md says what each figure is.");
        Figures(view);
        Heading("Processor time by way");
        Paragraph(WayTable.Legend);
        Table(WayTable.Columns, WayTable.Lines(results.Rows));
        Heading("Fits");
        Paragraph(FitTable.Legend);
        Table(FitTable.Columns, FitTable.Lines(results.Fits));
        if (moves.Count > 0)
        {
            Heading("What moved");
            List("caution", moves);
        }
        Heading("Not measured");
        Table(["transport", "what", "why"],
            results.NotMeasured.Select(gap => new[] { Names.TitleOf(gap.Transport), gap.What, gap.Reason }), "text");
        Heading("Where and how");
        Table(["", ""], HostFacts.Facts(environment).Select(fact => new[] { fact.Name, fact.Value }), "text");
        _html.AppendLine("</body></html>");
    }

    private void Heading(string text) => _html.AppendLine($"<h2>{WebUtility.HtmlEncode(text)}</h2>");

    private void Paragraph(string text) => _html.AppendLine($"<p>{WebUtility.HtmlEncode(text)}</p>");

    private void List(string style, IReadOnlyList<string> items)
    {
        if (items.Count == 0)
            return;
        _html.AppendLine($"<ul class='{style}'>");
        foreach (string item in items)
            _html.AppendLine($"<li>{WebUtility.HtmlEncode(item)}</li>");
        _html.AppendLine("</ul>");
    }

    private void Figures(TableView view)
    {
        _html.AppendLine("<table>");
        Row("th", view.Columns);
        Pattern? last = null;
        foreach (var line in view.Lines)
        {
            if (line.Pattern != last)
                _html.AppendLine($"<tr class='pattern'><td colspan='{view.Columns.Count}'>{Names.Of(line.Pattern)}</td></tr>");
            last = line.Pattern;
            Row("td", line.Cells);
        }
        _html.AppendLine("</table>");
    }

    private void Table(IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<string>> lines, string style = "")
    {
        _html.AppendLine($"<table class='{style}'>");
        Row("th", columns);
        foreach (var line in lines)
            Row("td", line);
        _html.AppendLine("</table>");
    }

    private void Row(string element, IEnumerable<string> cells)
    {
        _html.Append("<tr>");
        foreach (string cell in cells)
            _html.Append($"<{element}>{WebUtility.HtmlEncode(cell)}</{element}>");
        _html.AppendLine("</tr>");
    }
}
