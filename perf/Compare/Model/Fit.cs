namespace FastSockets.Perf;

/// <summary>
/// What a transport's times of one pattern follow over the size x: t0 + b·x. For a stream, where the time is that of one
/// message, it is the same as bandwidth r_inf·x / (n1/2 + x), with r_inf = 1 / b and n1/2 = t0 / b.
/// </summary>
internal sealed record Fit(
    TransportKind Transport, Pattern Pattern, Wait Wait, double T0Us, double NsPerByte, double WorstError)
{
    private const int LeastSizes = 3;

    /// <summary>MB/s, of 10^6 bytes.</summary>
    public double RInf => 1e3 / NsPerByte;

    /// <summary>Bytes: the size at which half of the time is the bytes'. It is where a stream has half of <see cref="RInf"/>.</summary>
    public double HalfSize => T0Us * 1e3 / NsPerByte;

    public static IReadOnlyList<Fit> Of(IReadOnlyList<Row> rows) =>
    [
        .. from row in rows
           where row is { Metric: Metric.RoundTripMedian, Pattern: Pattern.PingPong }
               or { Metric: Metric.Bandwidth, Pattern: Pattern.Stream }
           where row.Value > 0
           group row by (row.Transport, row.Pattern, row.Wait) into line
           where line.Count() >= LeastSizes
           let fit = Line(line.Key.Transport, line.Key.Pattern, line.Key.Wait, [.. line.Select(TimeOf)])
           where fit is not null
           select fit,
    ];

    private static (double Size, double Us) TimeOf(Row row) =>
        (row.Size, row.Pattern == Pattern.Stream ? row.Size / row.Value : row.Value);

    /// <summary>
    /// Least squares of the relative errors, so that the small sizes count as much as the large ones. Null where the line has
    /// no meaning: one that falls, or crosses 0 before the first byte.
    /// </summary>
    public static Fit? Line(
        TransportKind transport, Pattern pattern, Wait wait, IReadOnlyList<(double Size, double Us)> times)
    {
        double s = 0, sx = 0, sxx = 0, sy = 0, sxy = 0;
        foreach (var (x, y) in times)
        {
            double weight = 1 / (y * y);
            s += weight;
            sx += weight * x;
            sxx += weight * x * x;
            sy += weight * y;
            sxy += weight * x * y;
        }
        double determinant = (s * sxx) - (sx * sx);
        double slope = ((s * sxy) - (sx * sy)) / determinant;
        double start = ((sxx * sy) - (sx * sxy)) / determinant;
        if (!(slope > 0 && start > 0))
            return null;
        double worst = times.Max(time => Math.Abs(((start + (slope * time.Size)) / time.Us) - 1));
        return new Fit(transport, pattern, wait, start, slope * 1e3, worst);
    }
}
