namespace FastSockets.Perf;

/// <summary>What is missing from rows that should be whole.</summary>
internal static class Verdict
{
    public static IEnumerable<string> Shortcomings(IReadOnlyList<Row> rows, CompareOptions options)
    {
        foreach (var step in Plan.Steps(options))
        {
            foreach (var transport in step.Transports)
            {
                if (!rows.Any(row => row.Transport == transport && row.Pattern == step.Point.Pattern
                    && row.Wait == step.Point.Wait && row.Size == step.Point.Size))
                    yield return $"{Names.Of(transport)}: no row for {step.Point}";
            }
        }
        foreach (var row in rows.Where(row => row.Metric == Metric.HashEqual && row.Value != 1))
            yield return $"{Names.Of(row.Transport)}: the copied file's SHA-256 is not the source's";
    }
}
