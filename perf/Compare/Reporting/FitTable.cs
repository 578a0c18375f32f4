namespace FastSockets.Perf;

/// <summary>The fits of a run as a table of text.</summary>
internal static class FitTable
{
    public const string Legend =
        "Time = t0 + b x, of a round trip, or of one message of a stream; then bandwidth is r_inf x / (n1/2 + x). In brackets: "
        + "n1/2 of Fast Sockets, with the same wait, by this one's. The last column is the largest relative error of the line at a measured size.";

    public static readonly IReadOnlyList<string> Columns =
        ["pattern", "transport", "t0 (us)", "b (ns/B)", "r_inf (MB/s)", "n1/2 (B)", "largest error"];

    public static IEnumerable<string[]> Lines(IReadOnlyList<Fit> fits) =>
        from fit in fits
        orderby fit.Pattern, fit.Wait, fit.Transport
        let own = fits.FirstOrDefault(other => other.Transport == TransportKind.FastSocketsRdma
            && other.Pattern == fit.Pattern && other.Wait == fit.Wait)
        let ratio = own is null || own == fit ? "" : $" ({Numbers.Of(own.HalfSize / fit.HalfSize)})"
        select new[]
        {
            $"{Names.Of(fit.Pattern)} {Names.Of(fit.Wait)}", Names.TitleOf(fit.Transport), Numbers.Of(fit.T0Us),
            Numbers.Of(fit.NsPerByte), Numbers.Of(fit.RInf), Numbers.Of(fit.HalfSize) + ratio,
            $"{Numbers.Of(100 * fit.WorstError)} %",
        };
}
