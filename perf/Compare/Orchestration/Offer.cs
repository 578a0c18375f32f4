namespace FastSockets.Perf;

/// <summary>What each transport has to offer, and what the comparison cannot do without.</summary>
internal static class Offer
{
    private const long LargestActiveMessage = 8255;

    /// <summary>Without these there is no comparison; of the others the reason is named, and the run goes on.</summary>
    public static bool IsRequired(TransportKind transport) =>
        transport is TransportKind.FastSocketsRdma or TransportKind.Tcp or TransportKind.Verbs;

    /// <summary>Why the point is not measured on the transport; null if it is.</summary>
    public static string? WhyNot(TransportKind transport, Point point) => transport switch
    {
        TransportKind.FastSocketsRdma => null,
        TransportKind.Tcp => point.Wait == Wait.Pool ? "no memory is known to a device: the kernel copies all" : null,
        TransportKind.Rsockets => WhyNotRsockets(point),
        TransportKind.Rstream => point is { Wait: Wait.Spin or Wait.Block } and
            ({ Pattern: Pattern.PingPong, Size: 64 } or { Pattern: Pattern.Stream, Size: 64 << 10 })
            ? null
            : "64 B there and back and 64 KiB one way are enough to check the figures of rsockets",
        TransportKind.Verbs => WhyNotVerbs(point),
        TransportKind.VerbsRdmaSharp => point is { Pattern: Pattern.PingPong, Wait: Wait.Spin or Wait.Block }
            ? null
            : "a ping-pong that spins or blocks is enough to tell the binding's cost",
        _ => WhyNotUcx(transport, point),
    };

    private static string? WhyNotRsockets(Point point) => point switch
    {
        // On rxe under emulation. Why has not been established.
        { Pattern: Pattern.Memory } =>
            "with 20 connections held open at once, and with 100, its server did not answer within a minute",
        { Pattern: Pattern.Http } => "Kestrel has no transport over rsockets",
        { Wait: not (Wait.Spin or Wait.Block) } =>
            "rsockets has no asynchronous calls: readiness is to be had from rpoll only",
        _ => null,
    };

    private static string? WhyNotVerbs(Point point) => point switch
    {
        { Pattern: Pattern.PingPong, Wait: Wait.Spin or Wait.Block } => null,
        { Pattern: Pattern.Stream, Wait: Wait.Spin } => null,
        { Pattern: Pattern.Stream } => "ib_write_bw only polls: that figure stands beside every wait",
        { Pattern: Pattern.PingPong } => "verbs have no asynchronous calls",
        _ => "perftest has no such pattern",
    };

    private static string? WhyNotUcx(TransportKind transport, Point point) => point switch
    {
        { Pattern: not (Pattern.PingPong or Pattern.Stream) } => "ucx_perftest has no such pattern",
        { Wait: not Wait.Spin } => "ucx_perftest only polls",
        { Pattern: Pattern.PingPong, Size: < 8 or > LargestActiveMessage } when transport == TransportKind.UcxUct =>
            "ucx_perftest's active messages have 8 bytes at least and 8255 at most",
        _ => null,
    };
}
