using System.Globalization;

namespace FastSockets.Perf.Instructions;

/// <summary>Holds the ratios against those of perf/baseline.json.</summary>
internal static class Guard
{
    /// <summary>The loss from which it fails.</summary>
    private const double Tolerance = 0.03;

    /// <summary>What varies more than this from run to run is shown, and not judged: half the tolerance.</summary>
    private const double MostSpread = 0.015;

    /// <summary>Shown and not judged: how long it is depends on whom the scheduler runs first, though some runs in turn may agree.</summary>
    private const string Unjudged = "stream-64";

    /// <summary>Judged where these are known: rsockets as they are by default poll by time, which is not a path length.</summary>
    private static readonly string[] s_judged = ["tcp", "rsockets", "verbs"];

    /// <summary>Why the baseline says nothing about this machine, or null.</summary>
    public static string? Incomparable(PathLengths baseline, PathLengths now) =>
        baseline.Architecture != now.Architecture
            ? $"the baseline is for {baseline.Architecture}, this is {now.Architecture}"
            : Series(baseline.Kernel) != Series(now.Kernel)
                ? $"the baseline is for Linux {Series(baseline.Kernel)}, this is {Series(now.Kernel)}: rxe and TCP take other paths there"
                : null;

    /// <summary>A line for each ratio that has moved by more than the tolerance.</summary>
    public static IEnumerable<(bool IsLoss, string Text)> Compare(PathLengths baseline, PathLengths now)
    {
        foreach (PathLength before in baseline.Paths)
        {
            PathLength after = now.Paths.First(path => path.Operation == before.Operation);
            foreach (string rival in s_judged)
            {
                if (before.Operation == Unjudged || !before.Ratios.TryGetValue(rival, out Ratio? was) || was.Spread > MostSpread)
                    continue;
                double change = after.Ratios[rival].Value / was.Value - 1;
                if (Math.Abs(change) > Tolerance)
                    yield return (change > 0, Describe(before, after, rival, change));
            }
        }
    }

    private static string Describe(PathLength before, PathLength after, string rival, double change) => string.Create(
        CultureInfo.InvariantCulture,
        $"{before.Operation} / {rival}: {before.Ratios[rival].Value:0.000} -> {after.Ratios[rival].Value:0.000} ({change:+0.0%;-0.0%}); instructions {before.Instructions[PathLengths.Ours]:N0} -> {after.Instructions[PathLengths.Ours]:N0}, {rival} {before.Instructions[rival]:N0} -> {after.Instructions[rival]:N0}");

    /// <summary>6.1 of 6.1.0-56-amd64: what a distribution's updates leave alone.</summary>
    private static string Series(string kernel) => string.Join('.', kernel.Split('.').Take(2));
}
