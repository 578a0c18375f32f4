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
        var listener = new FastSocket(SocketType.Stream, ProtocolType.Tcp, chosen.Socket);
        try
        {
            if (endpoint is not IPEndPoint { Address: var address } || !address.Equals(IPAddress.IPv6Any))
            {
                listener.Dispose();
                listener = new FastSocket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp, chosen.Socket);
            }

            listener.NoDelay = chosen.NoDelay;
            listener.Bind(endpoint is IPEndPoint ip ? new IPEndPoint(ip.Address, ip.Port) : endpoint);
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
