using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using System.Net.Sockets;
using System.Net.WebSockets;

namespace FastSockets.AspNetCore.Tests.Snippets;

/// <inheritdoc cref="KestrelSnippets"/>
internal static class HttpClientSnippets
{
    public static HttpClient Direct(IServiceCollection services)
    {
        #region
        var client = new HttpClient(new SocketsHttpHandler().UseFastSockets());

        services.AddHttpClient("fast").ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler().UseFastSockets());
        #endregion
        return client;
    }

    public static void WithOptions(IServiceCollection services)
    {
        #region
        services.AddHttpClient("fast").ConfigurePrimaryHttpMessageHandler(all =>
            new SocketsHttpHandler().UseFastSockets(all.GetRequiredService<IOptions<FastSocketsOptions>>().Value));
        #endregion
    }

    public static SocketsHttpHandler OwnCallback()
    {
        #region
        var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (context, cancellation) =>
            {
                var socket = new FastSocket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                try
                {
                    await socket.ConnectAsync(context.DnsEndPoint, cancellation);
                    return new FastStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            },
        };
        #endregion
        return handler;
    }

    public static async Task WebSocketAsync(ClientWebSocket webSocket, Uri url, CancellationToken cancellation)
    {
        #region
        using var invoker = new HttpMessageInvoker(new SocketsHttpHandler().UseFastSockets());
        await webSocket.ConnectAsync(url, invoker, cancellation);
        #endregion
    }
}
