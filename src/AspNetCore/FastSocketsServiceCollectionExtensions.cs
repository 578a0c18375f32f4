using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FastSockets.AspNetCore;

/// <summary>Fast Sockets' options in a host.</summary>
public static class FastSocketsServiceCollectionExtensions
{
    /// <summary>
    /// Has <see cref="IOptions{T}"/> of <see cref="FastSocketsOptions"/> in the host, which log to the host's loggers and are
    /// Kestrel's unless <see cref="FastSocketTransportOptions.Socket"/> is set. They are read when the host starts: what is
    /// wrong in them fails the start with a <see cref="FormatException"/> that says which value, and what is allowed. Sockets and
    /// handlers that the program makes are to be given them.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="section">
    /// Names are those of the options' properties, as <see cref="FastSocketsOptions.Apply"/> reads them. Null: only the
    /// environment.
    /// </param>
    /// <param name="configure">Changes what the configuration says.</param>
    /// <returns><paramref name="services"/>.</returns>
    public static IServiceCollection AddFastSockets(
        this IServiceCollection services, IConfigurationSection? section = null, Action<FastSocketsOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions<FastSocketsOptions>()
            .Configure<ILoggerFactory>((options, loggers) =>
            {
                options.LoggerFactory = loggers;
                if (section is not null)
                    options.Apply(section.AsEnumerable(makePathsRelative: true), section.Path);
                configure?.Invoke(options);
            })
            .ValidateOnStart();
        services.AddOptions<FastSocketTransportOptions>()
            .PostConfigure<IOptions<FastSocketsOptions>>((transport, options) => transport.Socket ??= options.Value);
        return services;
    }
}
