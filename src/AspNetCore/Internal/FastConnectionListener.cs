using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace FastSockets.AspNetCore.Internal;

/// <summary>A listening socket as Kestrel wants it: accepting ends with null when the listener is unbound.</summary>
internal sealed class FastConnectionListener(FastSocket listener, ConnectionMaker maker) : IConnectionListener
{
    public EndPoint EndPoint { get; } = listener.LocalEndPoint!;

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            FastSocket accepted;
            try
            {
                accepted = await listener.AcceptAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (ObjectDisposedException)
            {
                return null;
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.OperationAborted)
            {
                return null;
            }
            catch (SocketException)
            {
                // A connection that was reset before it was accepted.
                continue;
            }

            try
            {
                return maker.Make(accepted);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                accepted.Dispose();
            }
        }
    }

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        listener.Dispose();
        return default;
    }

    public ValueTask DisposeAsync()
    {
        listener.Dispose();
        maker.Dispose();
        return default;
    }
}
