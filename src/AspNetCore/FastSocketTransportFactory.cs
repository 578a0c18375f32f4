using System.Net;
using System.Net.Sockets;
using FastSockets.AspNetCore.Internal;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FastSockets.AspNetCore;

/// <summary>
/// Listeners of connections by RDMA and TCP. <see cref="FastSocketsKestrelExtensions.UseFastSockets"/> gives it to Kestrel; other
/// servers that are written to <see cref="IConnectionListenerFactory"/> may be given it by their users. Thread safe.
/// </summary>
/// <param name="options">The options.</param>
/// <param name="loggers">Where to log.</param>
public sealed class FastSocketTransportFactory(IOptions<FastSocketTransportOptions> options, ILoggerFactory loggers)
    : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    /// <summary>Whether this factory takes an endpoint: Kestrel asks its factories, the last registered first.</summary>
    /// <param name="endpoint">The endpoint.</param>
    public bool CanBind(EndPoint endpoint) =>
        endpoint is FastEndPoint || (options.Value.TakesPlainEndPoints && endpoint is IPEndPoint);

    /// <summary>Binds and listens.</summary>
    /// <param name="endpoint">An <see cref="IPEndPoint"/>; all of IPv6 is all of IPv4, too; port 0 picks a free one.</param>
    /// <param name="cancellationToken">Not looked at: binding does not wait.</param>
    /// <returns>The listener, the caller's to unbind and dispose.</returns>
    /// <exception cref="AddressInUseException">Somebody else listens there, by TCP or by RDMA.</exception>
    /// <exception cref="SocketException">As <see cref="FastSocket.Bind"/>.</exception>
    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        FastSocketTransportOptions chosen = options.Value;
        FastSocket listener = endpoint is IPEndPoint { Address: var address } && address.Equals(IPAddress.IPv6Any)
            ? new FastSocket(SocketType.Stream, ProtocolType.Tcp, chosen.Socket)
            : new FastSocket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp, chosen.Socket);
        try
        {
            listener.NoDelay = chosen.NoDelay;
            listener.Bind(endpoint);
            listener.Listen(chosen.Backlog);
        }
        catch (SocketException e)
        {
            listener.Dispose();
            // Kestrel tells its user of this one only.
            throw e.SocketErrorCode == SocketError.AddressAlreadyInUse ? new AddressInUseException(e.Message, e) : e;
        }
        catch
        {
            listener.Dispose();
            throw;
        }

        return ValueTask.FromResult<IConnectionListener>(new FastConnectionListener(listener, new ConnectionMaker(chosen.Tcp, loggers)));
    }
}
