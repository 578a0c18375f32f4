using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;

namespace FastSockets.AspNetCore.Internal;

/// <summary>Makes a connection context of a socket: of TCP's by Kestrel's own transport, which has pumps for it, of RDMA's by ours.</summary>
internal sealed class ConnectionMaker(SocketConnectionFactoryOptions tcp, ILoggerFactory loggers) : IDisposable
{
    private readonly ILogger _logger = loggers.CreateLogger("FastSockets.AspNetCore");

    private readonly SocketConnectionContextFactory _tcp = new(
        tcp, loggers.CreateLogger("Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets"));

    public ConnectionContext Make(FastSocket socket)
    {
        var feature = new FastSocketFeature(socket);
        ConnectionContext context;
        if (socket.Rdma is { } rdma)
            context = new FastConnectionContext(socket, rdma, _logger);
        else
            context = _tcp.Create(socket.TcpSocket);

        context.Features.Set<IFastSocketFeature>(feature);
        return context;
    }

    public void Dispose() => _tcp.Dispose();
}
