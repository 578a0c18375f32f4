using System.Text.Json;

namespace FastSockets.Perf;

/// <summary>An older results.json to compare with.</summary>
internal sealed class Baseline(Results before)
{
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
    public IReadOnlyList<Move> Moves(IReadOnlyList<Row> now) =>
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
        if ((before.Environment.ProvidedBy, before.Environment.Cpu, before.Environment.Kernel)
            != (now.Environment.ProvidedBy, now.Environment.Cpu, now.Environment.Kernel))
            yield return "CAUTION: another machine, kernel or path: these are no changes of the program.";
        var pairs = Pairs(now.Rows).ToArray();
        var moves = Moves(now.Rows);
        foreach (var move in moves)
            yield return move.ToString();
        int without = pairs.Count(pair => pair.Before.Interval is null || pair.Now.Interval is null);
        yield return $"{moves.Count} of {pairs.Length} figures moved beyond the noise: their 95 % intervals do not overlap"
            + (without > 0 ? $"; {without} have no interval, for want of rounds" : "") + ". "
            + "One in some hundred does so by chance.";
    }

    private IEnumerable<Move> Pairs(IReadOnlyList<Row> now) =>
        from row in now
        join old in before.Rows on (row.Transport, row.Point, row.Metric) equals (old.Transport, old.Point, old.Metric)
        where row.Metric != Metric.HashEqual
        select new Move(old, row);
}
