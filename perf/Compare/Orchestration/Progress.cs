using System.Diagnostics;

namespace FastSockets.Perf;

/// <summary>One plain line for each measurement, with an estimate of what is left.</summary>
internal sealed class Progress(int planned, double timeLimit)
{
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly List<double> _durations = [];
    private double _lastEnd;
    private int _left = planned;

    public double Elapsed => _clock.Elapsed.TotalSeconds;

    public void Done(int round, Point point, TransportKind transport, IReadOnlyList<Figure> figures)
    {
        Skip();
        _durations.Add(Elapsed - _lastEnd);
        _lastEnd = Elapsed;
        var what = figures.Select(figure => $"{figure.Metric} {Numbers.Of(figure.Value)} {Metric.UnitOf(figure.Metric)}");
        Say($"[{Elapsed,4:F0} s, ETA {Left(),4:F0} s] round {round}: {point,-22} {Names.Of(transport),-16} "
            + string.Join("  ", what));
    }

    /// <summary>A planned measurement will not be taken.</summary>
    public void Skip() => _left--;

    public static void Say(string line) => Console.WriteLine(line);

    // By the median: one measurement that hung says nothing of those to come.
    private double Left()
    {
        double estimate = _durations.Order().ElementAt(_durations.Count / 2) * _left;
        return Math.Max(0, Math.Min(estimate, timeLimit - Elapsed));
    }
}
