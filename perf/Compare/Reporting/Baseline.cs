using System.Text.Json;

namespace FastSockets.Perf;

/// <summary>An older results.json to compare with.</summary>
internal sealed class Baseline(Results before)
{
    private const double SpinTolerance = 1.25;

    /// <exception cref="InvalidDataException">The file is not a results.json.</exception>
    public static Baseline Read(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            return new Baseline(JsonSerializer.Deserialize(file, JsonContext.Default.Results)!);
        }
        catch (JsonException failure)
        {
            throw new InvalidDataException($"{path} is not a results.json of this version: {failure.Message}", failure);
        }
    }

    /// <summary>What moved beyond the noise, the largest first.</summary>
    public IReadOnlyList<Move> Moves(Results now) =>
    [
        .. from pair in Pairs(now)
           where pair is { Before.Interval: { } old, Now.Interval: { } current } && !old.Overlaps(current)
           orderby Math.Abs(Math.Log(pair.Now.Value / pair.Before.Value)) descending
           select pair,
    ];

    public IEnumerable<string> Describe(Results now)
    {
        yield return $"Against {before.Environment.Commit} of {before.Environment.Date:u} on {before.Environment.Device}, "
            + $"{before.Environment.ProvidedBy}, Linux {before.Environment.Kernel}:";
        string[] differences = [.. Differences(before.Environment, now.Environment)];
        if (differences.Length > 0)
            yield return $"CAUTION: these may be no changes of the program, for other things differ: {string.Join(", ", differences)}.";
        if (IsEmulated(now))
            yield return "On an emulated processor no time means anything by itself: judged are the ratios to TCP of the same round.";
        var pairs = Pairs(now).ToArray();
        var moves = Moves(now);
        foreach (var move in moves)
            yield return move.ToString();
        int without = pairs.Count(pair => pair.Before.Interval is null || pair.Now.Interval is null);
        yield return $"{moves.Count} of {pairs.Length} figures moved beyond the noise: their 95 % intervals do not overlap"
            + (without > 0 ? $"; {without} have no interval, for want of rounds" : "") + ".";
    }

    /// <summary>What else than the program was not the same.</summary>
    internal static IEnumerable<string> Differences(RunEnvironment before, RunEnvironment now)
    {
        (string Name, object Before, object Now)[] facts =
        [
            ("the path to the device", before.ProvidedBy, now.ProvidedBy),
            ("the device", before.Device, now.Device),
            ("the path MTU", before.PathMtu, now.PathMtu),
            ("the link's MTU", before.LinkMtu, now.LinkMtu),
            ("the processor", before.Cpu, now.Cpu),
            ("the number of processors", before.Cpus, now.Cpus),
            ("the kernel", before.Kernel, now.Kernel),
            ("the servers' host", Servers(before), Servers(now)),
            (".NET", before.Dotnet, now.Dotnet),
            ("the length of a measurement (--quick)", before.SecondsPerFigure, now.SecondsPerFigure),
        ];
        foreach (var (name, old, current) in facts.Where(fact => !fact.Before.Equals(fact.Now)))
            yield return $"{name} ({old}, {current})";
        // Measured anew for each run, and so never quite the same.
        double spin = Math.Abs(Math.Log(now.SpinBudgetUs / before.SpinBudgetUs));
        if (spin > Math.Log(SpinTolerance))
            yield return $"the spin budget ({Numbers.Of(before.SpinBudgetUs)} us, {Numbers.Of(now.SpinBudgetUs)} us)";
    }

    private static string Servers(RunEnvironment run) => run.Peer is { } peer ? HostFacts.Describe(peer) : "the clients'";

    private bool IsEmulated(Results now) => IsEmulated(before.Environment) || IsEmulated(now.Environment);

    private static bool IsEmulated(RunEnvironment run) => run.IsEmulated || run.Peer is { IsEmulated: true };

    private IEnumerable<Move> Pairs(Results now)
    {
        bool isEmulated = IsEmulated(now);
        return from row in isEmulated ? ByTcp(now.Rows) : now.Rows
               join old in isEmulated ? ByTcp(before.Rows) : before.Rows
                   on (row.Transport, row.Point, row.Metric) equals (old.Transport, old.Point, old.Metric)
               where row.Metric != Metric.HashEqual
               select new Move(old, row);
    }

    // A round takes a point on all transports one right after the other: their ratio is what the machine disturbs least.
    private static IReadOnlyList<Row> ByTcp(IReadOnlyList<Row> rows)
    {
        var table = new RowTable(rows);
        return
        [
            .. from row in rows
               where row.Transport != TransportKind.Tcp
               let tcp = table.Find(TransportKind.Tcp, row.Point, row.Metric)
               where tcp is not null && tcp.Values.Count == row.Values.Count && tcp.Values.All(value => value > 0)
               let ratios = row.Values.Zip(tcp.Values, (own, other) => own / other).ToArray()
               where ratios.Length > 0
               select row with { Value = Median.Of(ratios), Unit = "of TCP's", Interval = Interval.Of(ratios) },
        ];
    }
}
