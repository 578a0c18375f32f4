namespace FastSockets.Perf;

/// <summary>The words of results.json, for people.</summary>
internal static class Names
{
    public static string Of(Pattern pattern) => pattern switch
    {
        Pattern.PingPong => "pingpong",
        Pattern.Stream => "stream",
        Pattern.File => "file",
        Pattern.Connect => "connect",
        Pattern.First => "first",
        Pattern.Many => "many",
        Pattern.Memory => "memory",
        Pattern.Load => "load",
        _ => "http",
    };

    public static string Of(Wait wait) => wait switch
    {
        Wait.Spin => "spin",
        Wait.Block => "block",
        Wait.Async => "async",
        Wait.Pipe => "pipe",
        _ => "pool",
    };

    public static string Of(TransportKind transport) => transport switch
    {
        TransportKind.FastSocketsRdma => "fastsockets-rdma",
        TransportKind.Tcp => "tcp",
        TransportKind.Rsockets => "rsockets",
        TransportKind.Rstream => "rstream",
        TransportKind.Verbs => "verbs",
        TransportKind.VerbsRdmaSharp => "verbs-rdmasharp",
        TransportKind.UcxTag => "ucx-tag",
        _ => "ucx-uct",
    };

    /// <summary>As the heading of a column.</summary>
    public static string TitleOf(TransportKind transport) => transport switch
    {
        TransportKind.FastSocketsRdma => "Fast Sockets",
        TransportKind.Tcp => "TCP",
        TransportKind.Rsockets => "rsockets",
        TransportKind.Rstream => "rstream",
        TransportKind.Verbs => "verbs (C)",
        TransportKind.VerbsRdmaSharp => "RdmaSharp",
        TransportKind.UcxTag => "UCX tag",
        _ => "UCX UCT",
    };

    public static string OfSize(long size) => size switch
    {
        >= 1 << 20 when size % (1 << 20) == 0 => $"{size >> 20} MiB",
        >= 1 << 20 => $"{size / 1e6:F1} MB",
        >= 1 << 10 when size % (1 << 10) == 0 => $"{size >> 10} KiB",
        _ => $"{size} B",
    };
}
