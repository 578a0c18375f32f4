namespace FastSockets.Perf;

/// <summary>Which points there are.</summary>
internal static class Plan
{
    private static readonly long[] AllPingPongSizes = [1, 8, 64, 256, 1 << 10, 4 << 10, 16 << 10, 64 << 10];
    private static readonly long[] AllStreamSizes = [64, 1 << 10, 4 << 10, 16 << 10, 64 << 10, 256 << 10, 1 << 20];
    private static readonly long[] QuickPingPongSizes = [64, 4 << 10, 64 << 10];
    private static readonly long[] QuickStreamSizes = [64, 4 << 10, 64 << 10, 1 << 20];

    /// <summary>Below, what is spared is less than what sparing it costs (docs/tuning.md): sends and receives are copied anyway.</summary>
    private const long LeastPooled = 64 << 10;

    private static readonly Gap NotInQuick = new(
        TransportKind.UcxTag, "all",
        "not tried in a quick run, nor are pipes' round trips, memory, Kestrel and the processor time of rivals' programs");

    private static readonly int[] AllRates = [500, 1000, 2000, 4000, 8000];
    private static readonly int[] QuickRates = [1000, 4000];
    /// <summary>Of the file's beginning, besides the whole.</summary>
    private static readonly long[] AllFileLengths = [64 << 10, 1 << 20];
    private static readonly long[] QuickFileLengths = [1 << 20];

    private const int ManyConnections = 1000;
    private const int IdleConnections = 1000;
    private const int HttpConnections = 16;

    public static IReadOnlyList<Step> Steps(CompareOptions options) =>
    [
        .. from point in Points(options)
           let transports = Transports(options).Where(kind => IsMeasured(kind, point, options)).ToArray()
           where transports.Length > 0
           select new Step(point, transports),
    ];

    /// <summary>What the transports do not offer, one line for each reason.</summary>
    public static IEnumerable<Gap> Gaps(CompareOptions options) =>
        options.Quick ? Unoffered(options).Append(NotInQuick) : Unoffered(options);

    private static IEnumerable<Gap> Unoffered(CompareOptions options) =>
        from transport in Transports(options)
        from point in Points(options)
        let reason = Offer.WhyNot(transport, point)
        where reason is not null
        group point by (transport, reason) into missing
        select new Gap(missing.Key.transport, Describe([.. missing]), missing.Key.reason);

    /// <summary>A quick run does once what takes long, so that there is time to do the rest again.</summary>
    public static bool IsDue(Step step, int round, CompareOptions options) =>
        round == 0
        || !options.Quick
        || step.Point is { Pattern: Pattern.Stream or Pattern.Connect } or { Pattern: Pattern.PingPong, Wait: not Wait.Async };

    private static IEnumerable<Point> Points(CompareOptions options)
    {
        IEnumerable<Point> points =
        [
            .. from wait in new[] { Wait.Spin, Wait.Block, Wait.Async, Wait.Pipe }
               from size in options.Sizes ?? (options.Quick ? QuickPingPongSizes : AllPingPongSizes)
               select new Point(Pattern.PingPong, wait, size),
            .. from wait in Enum.GetValues<Wait>()
               from size in options.Sizes ?? (options.Quick ? QuickStreamSizes : AllStreamSizes)
               where wait != Wait.Pool || size >= LeastPooled
               select new Point(Pattern.Stream, wait, size),
            new Point(Pattern.Connect, Wait.Block, 1),
            new Point(Pattern.First, Wait.Block, 1),
            new Point(Pattern.Many, Wait.Async, 64),
            new Point(Pattern.Many, Wait.Async, 64) { Connections = ManyConnections },
            .. from rate in options.Quick ? QuickRates : AllRates
               select new Point(Pattern.Load, Wait.Block, 64) { Rate = rate },
            new Point(Pattern.Memory, Wait.Async, 1) { Connections = IdleConnections },
            // Kestrel and HttpClient take some 30 s to start on an emulated processor.
            .. options.Quick
                ? Array.Empty<Point>()
                : [new Point(Pattern.Http, Wait.Async, 512) { Connections = HttpConnections }],
            .. from length in FileLengths(options)
               select new Point(Pattern.File, Wait.Block, length),
        ];
        return points.Where(point => options.Only.Includes(point.Pattern) && options.Only.Includes(point.Wait));
    }

    private static IEnumerable<long> FileLengths(CompareOptions options)
    {
        long whole = new FileInfo(options.File).Length;
        return (options.Quick ? QuickFileLengths : AllFileLengths).Where(length => length < whole).Append(whole);
    }

    // Where UCP cannot connect, it takes long to say so.
    private static IEnumerable<TransportKind> Transports(CompareOptions options) =>
        Enum.GetValues<TransportKind>()
            .Where(kind => options.Only.Includes(kind) && !(options.Quick && kind == TransportKind.UcxTag));

    private static bool IsMeasured(TransportKind transport, Point point, CompareOptions options) =>
        Offer.WhyNot(transport, point) is null && (!options.Quick || IsQuick(transport, point));

    // A quick run streams with one kind of wait; what can only spin is measured so, and stands beside it. Fast Sockets shows
    // besides what sparing copies brings, where it brings most.
    private static bool IsQuick(TransportKind transport, Point point) => point switch
    {
        { Pattern: Pattern.PingPong, Wait: Wait.Pipe } or { Pattern: Pattern.Memory } => false,
        { Pattern: Pattern.Stream, Wait: Wait.Block } => true,
        { Pattern: Pattern.Stream, Wait: Wait.Pipe or Wait.Pool } =>
            transport == TransportKind.FastSocketsRdma && point.Size >= QuickStreamSizes[^1],
        { Pattern: Pattern.Stream } => Offer.WhyNot(transport, point with { Wait = Wait.Block }) is not null,
        _ => true,
    };

    private static string Describe(Point[] points) =>
        string.Join(", ", points.Select(point => $"{Names.Of(point.Pattern)} {Names.Of(point.Wait)}").Distinct());
}
