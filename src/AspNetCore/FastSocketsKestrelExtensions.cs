using System.Net;
using FastSockets.AspNetCore.Internal;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

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
            services.TryAddSingleton<FastSocketTransportFactory>();
            services.AddSingleton<IConnectionListenerFactory>(
                static all => all.GetRequiredService<FastSocketTransportFactory>());
            services.AddOptions<FastSocketTransportOptions>()
                .PostConfigure<IOptions<SocketTransportOptions>>(static (fast, kestrels) => fast.TakeFrom(kestrels.Value));
            if (configure is not null)
                services.Configure(configure);
        });
    }

    /// <summary>Binds to an address by RDMA and TCP, whatever the other endpoints use. Needs <see cref="UseFastSockets"/>.</summary>
    /// <param name="options">Kestrel's options.</param>
    /// <param name="address">A local address.</param>
    /// <param name="port">A port; 0 picks a free one.</param>
    /// <param name="configure">Changes the endpoint's options: protocols, HTTPS, middleware.</param>
    /// <exception cref="InvalidOperationException">The host was not told <see cref="UseFastSockets"/>.</exception>
    public static void ListenFast(
        this KestrelServerOptions options, IPAddress address, int port, Action<ListenOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(address);
        // Kestrel's own transport would take the endpoint, and there would be no RDMA. Options without services are not a host's.
        if (options.ApplicationServices is { } services && services.GetService<FastSocketTransportFactory>() is null)
        {
            throw new InvalidOperationException(
                $"ListenFast({address}, {port}) needs {nameof(UseFastSockets)}: call builder.WebHost.{nameof(UseFastSockets)}(), too.");
        }

        options.Listen(new FastEndPoint(address, port), configure ?? (static _ => { }));
    }
}
