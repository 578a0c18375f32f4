using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FastSockets.AspNetCore.Internal;

/// <summary>Kestrel asks its factories, the last registered first, who can bind an endpoint.</summary>
internal sealed class FastSocketTransportFactory(IOptions<FastSocketTransportOptions> options, ILoggerFactory loggers)
    : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    public bool CanBind(EndPoint endpoint) =>
        endpoint is FastEndPoint || (options.Value.TakesPlainEndPoints && endpoint is IPEndPoint);

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        FastSocketTransportOptions chosen = options.Value;
        // All IPv6 addresses means all of IPv4, too.
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

        return ValueTask.FromResult<IConnectionListener>(new FastConnectionListener(listener, new ConnectionMaker(loggers)));
    }
}
