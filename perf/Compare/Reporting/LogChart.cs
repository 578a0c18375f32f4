using System.Globalization;
using System.Net;
using System.Text;

namespace FastSockets.Perf;

/// <summary>An SVG of lines, both axes logarithmic.</summary>
internal sealed class LogChart(
    string title, string unit, string across, string note, IReadOnlyList<Series> series, Func<long, string> label)
{
    private const int Width = 760;
    private const int Height = 500;
    private const int Left = 70;
    private const int Right = 190;
    private const int Top = 44;
    private const int Bottom = 94;
    private const int NoteLength = 118;

    private readonly double _minX = Math.Log2(series.SelectMany(s => s.Points).Min(p => p.Size));
    private readonly double _maxX = Math.Log2(series.SelectMany(s => s.Points).Max(p => p.Size));
    private readonly double _minY = Math.Log10(RoundDown(series.SelectMany(s => s.Points).Min(p => p.Value)));
    private readonly double _maxY = Math.Log10(RoundUp(series.SelectMany(s => s.Points).Max(p => p.Value)));
    private readonly StringBuilder _svg = new();

    public string Render()
    {
        Add($"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {Width} {Height}' font-family='sans-serif' font-size='12'>");
        Add($"<rect width='{Width}' height='{Height}' fill='white'/>");
        Text(Left, 24, title, "start", "font-size='15' font-weight='bold'");
        Text((Left + Width - Right) / 2.0, Height - Bottom + 36, across, "middle", "fill='#666'");
        int lineY = Height - 28;
        foreach (string line in Wrap(note))
        {
            Text(12, lineY, line, "start", "fill='#666' font-size='11'");
            lineY += 15;
        }
        HorizontalLines();
        VerticalLines();
        for (int i = 0; i < series.Count; i++)
            Line(series[i], Top + 14 + (20 * i));
        _svg.AppendLine("</svg>");
        return _svg.ToString();
    }

    private void HorizontalLines()
    {
        for (double value = RoundUp(Math.Pow(10, _minY)); value <= Math.Pow(10, _maxY) * 1.001; value = RoundUp(value * 1.5))
        {
            double y = Y(value);
            Add($"<line x1='{Left}' x2='{Width - Right}' y1='{y:F1}' y2='{y:F1}' stroke='#ddd'/>");
            Text(Left - 8, y + 4, value.ToString("#,0.###", CultureInfo.InvariantCulture), "end");
        }
        Text(Left - 8, Top - 10, unit, "end", "fill='#666'");
    }

    private void VerticalLines()
    {
        foreach (long size in series.SelectMany(s => s.Points).Select(p => p.Size).Distinct().Order())
        {
            double x = X(size);
            Add($"<line x1='{x:F1}' x2='{x:F1}' y1='{Top}' y2='{Height - Bottom}' stroke='#eee'/>");
            Text(x, Height - Bottom + 18, label(size), "middle");
        }
    }

    private void Line(Series line, int legendY)
    {
        string dashes = line.Dashes.Length > 0 ? $" stroke-dasharray='{line.Dashes}'" : "";
        string style = $"stroke='{line.Color}' stroke-width='2' fill='none'{dashes}";
        var points = line.Points.Select(p => string.Create(CultureInfo.InvariantCulture, $"{X(p.Size):F1},{Y(p.Value):F1}"));
        Add($"<polyline points='{string.Join(' ', points)}' {style}/>");
        foreach (var (size, value) in line.Points)
            Add($"<circle cx='{X(size):F1}' cy='{Y(value):F1}' r='2.5' fill='{line.Color}'/>");
        if (line.Mark is { } mark && IsInside(mark.Size, mark.Value))
        {
            double x0 = X(mark.Size), y0 = Y(mark.Value);
            Add($"<path d='M{x0 - 6:F1},{y0:F1} l6,-6 l6,6 l-6,6 z' fill='white' stroke='{line.Color}' stroke-width='2'/>");
        }
        int x = Width - Right + 12;
        Add($"<line x1='{x}' x2='{x + 26}' y1='{legendY}' y2='{legendY}' {style}/>");
        Add($"<circle cx='{x + 13}' cy='{legendY}' r='2.5' fill='{line.Color}'/>");
        Text(x + 32, legendY + 4, line.Name, "start");
    }

    /// <summary>The largest of 1, 2 and 5 by a power of ten that is smaller.</summary>
    internal static double RoundDown(double value)
    {
        double decade = Math.Pow(10, Math.Ceiling(Math.Log10(value)) - 1);
        return decade * (value > 5 * decade ? 5 : value > 2 * decade ? 2 : 1);
    }

    /// <summary>The smallest of 1, 2 and 5 by a power of ten that is not smaller.</summary>
    internal static double RoundUp(double value)
    {
        double decade = Math.Pow(10, Math.Floor(Math.Log10(value) + 1e-9));
        return decade * (value <= 1.000001 * decade ? 1 : value <= 2.000001 * decade ? 2 : value <= 5.000001 * decade ? 5 : 10);
    }

    private static IEnumerable<string> Wrap(string text)
    {
        while (text.Length > NoteLength && text.LastIndexOf(' ', NoteLength) is var space and > 0)
        {
            yield return text[..space];
            text = text[(space + 1)..];
        }
        yield return text;
    }

    private bool IsInside(double size, double value) =>
        Math.Log2(size) >= _minX && Math.Log2(size) <= _maxX && Math.Log10(value) >= _minY && Math.Log10(value) <= _maxY;

    private double X(double size) =>
        _maxX == _minX ? Left : Left + ((Math.Log2(size) - _minX) / (_maxX - _minX) * (Width - Left - Right));

    private double Y(double value) =>
        Height - Bottom - ((Math.Log10(value) - _minY) / (_maxY - _minY) * (Height - Top - Bottom));

    private void Text(double x, double y, string text, string anchor, string style = "") =>
        Add($"<text x='{x:F1}' y='{y:F1}' text-anchor='{anchor}' {style}>{WebUtility.HtmlEncode(text)}</text>");

    private void Add(FormattableString line) => _svg.AppendLine(FormattableString.Invariant(line));
}
