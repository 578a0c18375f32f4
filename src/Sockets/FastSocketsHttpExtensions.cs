using System.Net;
using System.Net.Sockets;

namespace FastSockets;

/// <summary>HttpClient, and whatever else is built on <see cref="SocketsHttpHandler"/>, on Fast Sockets.</summary>
public static class FastSocketsHttpExtensions
{
    /// <summary>
    /// Has the handler connect by RDMA where the server has it, else by TCP: to the proxy where one is used. All else stays the
    /// handler's: pooling, TLS, HTTP/2, <see cref="SocketsHttpHandler.ConnectTimeout"/>. HTTP/3 does not come this way, for it is not
    /// on TCP.
    /// </summary>
    /// <param name="handler">A handler that has sent nothing yet.</param>
    /// <param name="options">The sockets' options. Null: <see cref="FastSocketsOptions.Default"/>.</param>
    /// <returns><paramref name="handler"/>.</returns>
    /// <exception cref="InvalidOperationException">
    /// The handler has a <see cref="SocketsHttpHandler.ConnectCallback"/>, or has sent requests.
    /// </exception>
    public static SocketsHttpHandler UseFastSockets(this SocketsHttpHandler handler, FastSocketsOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(handler);
        if (handler.ConnectCallback is not null)
        {
            throw new InvalidOperationException(
                "The handler has a ConnectCallback already, and there can be only one. Connect with a FastSocket there, and " +
                "return a FastStream that owns it.");
        }

        handler.ConnectCallback = (context, cancellation) => ConnectAsync(context.DnsEndPoint, options, cancellation);
        return handler;
    }

    /// <summary>As the handler itself connects: by all of a name's addresses, of both families, and without Nagle's delay.</summary>
    private static async ValueTask<Stream> ConnectAsync(
        DnsEndPoint server, FastSocketsOptions? options, CancellationToken cancellation)
    {
        var socket = new FastSocket(SocketType.Stream, ProtocolType.Tcp, options) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(server, cancellation).ConfigureAwait(false);
            return new FastStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
