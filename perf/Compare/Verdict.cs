namespace FastSockets.Perf;

/// <summary>What is missing from rows that should be whole.</summary>
internal static class Verdict
{
    public static IEnumerable<string> Shortcomings(IReadOnlyList<Row> rows, CompareOptions options)
    {
        var missing = from step in Plan.Steps(options)
                      from transport in step.Transports
                      where Offer.IsRequired(transport)
                      where !rows.Any(row => row.Transport == transport && row.Point == step.Point)
                      group step.Point by transport;
        foreach (var points in missing)
            yield return $"{Names.Of(points.Key)}: no rows for {points.Count()} points, {points.First()} among them";
        foreach (var row in rows.Where(row => row.Metric == Metric.HashEqual && row.Value != 1))
            yield return $"{Names.Of(row.Transport)}: the copied file's SHA-256 is not the source's";
    }
}
