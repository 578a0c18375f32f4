namespace FastSockets.Perf;

internal static class SocketTransports
{
    public static ITransport Of(TransportKind kind) => kind switch
    {
        TransportKind.FastSocketsRdma => new FastSocketsTransport(),
        TransportKind.Tcp => new TcpTransport(),
        TransportKind.Rsockets => new RSocketsTransport(),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "not a socket layer"),
    };
}
