using System.Net.WebSockets;
using Grpc.Net.Client;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace FastSockets.AspNetCore.Tests.Snippets;

/// <inheritdoc cref="KestrelSnippets"/>
internal static class ClientSnippets
{
    public static HubConnection SignalR(Uri url)
    {
        #region
        HubConnection connection = new HubConnectionBuilder().WithUrl(url, options =>
        {
            options.HttpMessageHandlerFactory = _ => new SocketsHttpHandler().UseFastSockets();
            options.WebSocketFactory = async (context, cancellation) =>
            {
                var socket = new ClientWebSocket();
                var invoker = new HttpMessageInvoker(new SocketsHttpHandler().UseFastSockets());
                await socket.ConnectAsync(context.Uri, invoker, cancellation);
                return socket;
            };
        }).Build();
        #endregion
        return connection;
    }

    public static GrpcChannel Grpc(Uri url)
    {
        #region
        var channel = GrpcChannel.ForAddress(url, new GrpcChannelOptions
        {
            HttpHandler = new SocketsHttpHandler { EnableMultipleHttp2Connections = true }.UseFastSockets(),
        });
        #endregion
        return channel;
    }

    public static void Yarp(IServiceCollection services, IConfiguration section)
    {
        #region
        services.AddReverseProxy().LoadFromConfig(section).ConfigureHttpClient((_, handler) => handler.UseFastSockets());
        #endregion
    }
}
