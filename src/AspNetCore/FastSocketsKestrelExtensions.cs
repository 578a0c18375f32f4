using System.Net;
using FastSockets.AspNetCore.Internal;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace FastSockets.AspNetCore;

/// <summary>Kestrel on Fast Sockets.</summary>
public static class FastSocketsKestrelExtensions
{
    /// <summary>Has Kestrel listen by RDMA and TCP, on the same ports; where there is no RDMA, by TCP alone.</summary>
    /// <param name="builder">The host, which uses Kestrel.</param>
    /// <param name="configure">Changes the options.</param>
    /// <returns><paramref name="builder"/>.</returns>
    public static IWebHostBuilder UseFastSockets(
        this IWebHostBuilder builder, Action<FastSocketTransportOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.ConfigureServices(services =>
        {
            services.AddSingleton<IConnectionListenerFactory, FastSocketTransportFactory>();
            if (configure is not null)
                services.Configure(configure);
        });
    }

    /// <summary>Binds to an address by RDMA and TCP, whatever the other endpoints use. Needs <see cref="UseFastSockets"/>.</summary>
    /// <param name="options">Kestrel's options.</param>
    /// <param name="address">A local address.</param>
    /// <param name="port">A port; 0 picks a free one.</param>
    /// <param name="configure">Changes the endpoint's options: protocols, HTTPS, middleware.</param>
    public static void ListenFast(
        this KestrelServerOptions options, IPAddress address, int port, Action<ListenOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(address);
        options.Listen(new FastEndPoint(address, port), configure ?? (static _ => { }));
    }
}
