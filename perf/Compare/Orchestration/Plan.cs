namespace FastSockets.Perf;

/// <summary>Which points there are.</summary>
internal static class Plan
{
    private static readonly long[] AllPingPongSizes = [1, 8, 64, 256, 1 << 10, 4 << 10, 16 << 10, 64 << 10];
    private static readonly long[] AllStreamSizes = [64, 1 << 10, 4 << 10, 16 << 10, 64 << 10, 256 << 10, 1 << 20];
    private static readonly long[] QuickPingPongSizes = [1, 64, 4 << 10, 64 << 10];
    private static readonly long[] QuickStreamSizes = [64, 4 << 10, 64 << 10, 1 << 20];

    public static IReadOnlyList<Step> Steps(CompareOptions options)
    {
        var points = new List<Point>();
        Wait[] waits = Enum.GetValues<Wait>();
        foreach (var wait in waits)
            foreach (long size in options.Sizes ?? (options.Quick ? QuickPingPongSizes : AllPingPongSizes))
                points.Add(new Point(Pattern.PingPong, wait, size));
        foreach (var wait in waits)
            foreach (long size in options.Sizes ?? (options.Quick ? QuickStreamSizes : AllStreamSizes))
                points.Add(new Point(Pattern.Stream, wait, size));
        points.Add(new Point(Pattern.Connect, Wait.Block, 1));
        points.Add(new Point(Pattern.File, Wait.Block, new FileInfo(options.File).Length));
        return
        [
            .. from point in points
               where options.Only.Includes(point.Pattern)
               let transports = Transports(point, options).Where(options.Only.Includes).ToArray()
               where transports.Length > 0
               select new Step(point, transports),
        ];
    }

    /// <summary>A quick run copies the file once: it takes as long as all the rest of a round.</summary>
    public static bool IsDue(Step step, int round, CompareOptions options) =>
        round == 0 || !(options.Quick && step.Point.Pattern == Pattern.File);

    private static IEnumerable<TransportKind> Transports(Point point, CompareOptions options)
    {
        // A quick run streams with one kind of wait.
        if (!(options.Quick && point.Pattern == Pattern.Stream && point.Wait != Wait.Block))
        {
            yield return TransportKind.FastSocketsRdma;
            yield return TransportKind.Tcp;
        }
        if (VerbsMeasurer.Supports(point))
            yield return TransportKind.Verbs;
    }
}
