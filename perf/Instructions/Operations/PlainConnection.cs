using System.Net;
using System.Net.Sockets;

namespace FastSockets.Perf.Instructions;

/// <summary>
/// Connecting to a TCP server without Fast Sockets that is known as one, and closing: of this end alone. The server is in the same
/// process, and accepts when the counting pauses.
/// </summary>
internal sealed class PlainConnection(int perBlock) : PathOperation
{
    public override string Name => "connect-plain-tcp";

    public override Wait Wait => Wait.Block;

    public override bool Suits(string transport) => transport is "fastsockets" or "tcp";

    public override double Count(ITransport transport, IPEndPoint remote)
    {
        using var server = new Socket(remote.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        server.Bind(new IPEndPoint(remote.Address, 0));
        server.Listen(perBlock);
        var plain = (IPEndPoint)server.LocalEndPoint!;
        Action connect = transport is FastSocketsTransport ? () => ConnectFast(plain) : () => Connect(plain);
        // What is not known yet is asked by RDMA first.
        connect();
        server.Accept().Dispose();
        return Blocks.Count(
            perBlock,
            () =>
            {
                for (int i = 0; i < perBlock; i++)
                    connect();
            },
            () =>
            {
                for (int i = 0; i < perBlock; i++)
                    server.Accept().Dispose();
            });
    }

    public override void Serve(ITransport transport, IListener listener, IPAddress address)
    {
    }

    private static void Connect(IPEndPoint remote)
    {
        using var socket = new Socket(remote.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        socket.Connect(remote);
    }

    private static void ConnectFast(IPEndPoint remote)
    {
        using var socket = new FastSocket(remote.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        socket.Connect(remote);
        if (socket.FallbackReason != FallbackReason.PeerWithoutFastSockets)
            throw new InvalidOperationException($"Expected TCP for want of Fast Sockets there: {socket.FallbackDetail}");
    }
}
