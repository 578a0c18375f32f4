using System.Reflection;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Hosting;

namespace FastSockets.AspNetCore.Tests.Snippets;

#region
/// <summary>Orleans's connections by Fast Sockets.</summary>
internal static class FastOrleans
{
    public static ISiloBuilder UseFastSockets(this ISiloBuilder silo) => silo.ConfigureServices(services =>
    {
        Assembly orleans = typeof(ISiloBuilder).Assembly;
        services.AddSingleton<FastSocketTransportFactory>();
        services.AddKeyedSingleton<IConnectionFactory>(KeyOf(orleans, "SiloConnectionFactory"), (_, _) => new FastConnectionFactory());
        services.AddKeyedSingleton<IConnectionListenerFactory>(
            KeyOf(orleans, "SiloConnectionListener"), (all, _) => all.GetRequiredService<FastSocketTransportFactory>());
        services.AddKeyedSingleton<IConnectionListenerFactory>(
            KeyOf(orleans, "GatewayConnectionListener"), (all, _) => all.GetRequiredService<FastSocketTransportFactory>());
    });

    public static IClientBuilder UseFastSockets(this IClientBuilder client) => client.ConfigureServices(services =>
        services.AddKeyedSingleton<IConnectionFactory>(
            KeyOf(typeof(IClientBuilder).Assembly, "ClientOutboundConnectionFactory"), (_, _) => new FastConnectionFactory()));

    /// <summary>The keys are internal to Orleans.</summary>
    private static object KeyOf(Assembly assembly, string type) =>
        assembly.GetType($"Orleans.Runtime.Messaging.{type}", throwOnError: true)!
            .GetField("ServicesKey", BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)!.GetValue(null)!;
}
#endregion
