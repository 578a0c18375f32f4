using System.Net;
using System.Net.Sockets;
using FastSockets.AspNetCore.Internal;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace FastSockets.AspNetCore;

/// <summary>Client connections as connection contexts, by RDMA where both ends have it, else by TCP. Thread safe.</summary>
/// <param name="options">The sockets' options. Null: <see cref="FastSocketsOptions.Default"/>.</param>
/// <param name="loggers">Where to log. Null: nowhere.</param>
public sealed class FastConnectionFactory(FastSocketsOptions? options = null, ILoggerFactory? loggers = null)
    : IConnectionFactory, IDisposable
{
    private readonly ConnectionMaker _maker = new(new SocketConnectionFactoryOptions(), loggers ?? NullLoggerFactory.Instance);

    /// <summary>Connects.</summary>
    /// <param name="endpoint">An <see cref="IPEndPoint"/> or a <see cref="DnsEndPoint"/>.</param>
    /// <param name="cancellationToken">Ends the attempt with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>The connection, the caller's to dispose.</returns>
    /// <exception cref="SocketException">As <see cref="FastSocket.ConnectAsync(EndPoint, CancellationToken)"/>.</exception>
    public async ValueTask<ConnectionContext> ConnectAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        FastSocket socket = endpoint is IPEndPoint
            ? new FastSocket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp, options)
            : new FastSocket(SocketType.Stream, ProtocolType.Tcp, options);
        try
        {
            socket.NoDelay = true;
            await socket.ConnectAsync(endpoint, cancellationToken).ConfigureAwait(false);
            return _maker.Make(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Frees what connections by TCP share. Connections that are open are not concerned.</summary>
    public void Dispose() => _maker.Dispose();
}
