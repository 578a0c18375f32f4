using System.Diagnostics;

namespace FastSockets.Perf;

/// <summary>One plain line for each measurement, with what is left of the rounds that are planned.</summary>
internal sealed class Progress(int perRound, int rounds)
{
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private int _done;

    public double Elapsed => _clock.Elapsed.TotalSeconds;

    public void Done(int round, Point point, TransportKind transport, IReadOnlyList<Figure> figures)
    {
        _done++;
        double left = Elapsed / _done * (perRound * rounds - _done);
        string what = string.Join("  ", figures.Select(f => $"{f.Metric} {Numbers.Of(f.Value)} {Metric.UnitOf(f.Metric)}"));
        Console.WriteLine(
            $"[{Elapsed,4:F0} s, ETA {left,4:F0} s] {round}/{rounds} {point,-22} {Names.Of(transport),-16} {what}");
    }

    public static void Say(string line) => Console.WriteLine(line);
}
