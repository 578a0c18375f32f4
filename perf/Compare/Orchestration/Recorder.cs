namespace FastSockets.Perf;

/// <summary>Keeps every figure of every round, and makes of each series one row: its median and its interval.</summary>
internal sealed class Recorder
{
    private readonly Dictionary<(TransportKind Transport, Point Point, string Metric), List<double>> _series = [];

    public void Add(TransportKind transport, Point point, IReadOnlyList<Figure> figures)
    {
        foreach (var figure in figures)
        {
            var key = (transport, point, figure.Metric);
            if (!_series.TryGetValue(key, out var values))
                _series[key] = values = [];
            values.Add(figure.Value);
        }
    }

    public IReadOnlyList<Row> Rows() =>
    [
        .. from entry in _series
           let key = entry.Key
           orderby key.Point.Pattern, key.Point.Wait, key.Point.Size, key.Point.Connections, key.Point.Rate,
               Metric.RankOf(key.Metric), key.Metric, key.Transport
           select new Row(
               key.Transport, key.Point.Pattern, key.Point.Wait, key.Point.Size, key.Metric,
               // One unequal hash among many equal ones is a failure, not an outlier.
               // A difference of processor times may be below 0 in a round; what it measures is not.
               key.Metric == Metric.HashEqual ? entry.Value.Min() : Math.Max(0, Median.Of(entry.Value)),
               Metric.UnitOf(key.Metric))
           {
               Connections = key.Point.Connections,
               Rate = key.Point.Rate,
               Rounds = entry.Value.Count,
               Values = entry.Value,
               Interval = key.Metric == Metric.HashEqual ? null : Interval.Of(entry.Value),
           },
    ];
}
