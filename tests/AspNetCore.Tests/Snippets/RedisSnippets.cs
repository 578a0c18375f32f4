using StackExchange.Redis;

namespace FastSockets.AspNetCore.Tests.Snippets;

/// <inheritdoc cref="KestrelSnippets"/>
internal static class RedisSnippets
{
    public static async Task<ConnectionMultiplexer> ConnectAsync(string server)
    {
        #region
        var options = ConfigurationOptions.Parse(server);
        options.Tunnel = new FastTunnel();
        ConnectionMultiplexer redis = await ConnectionMultiplexer.ConnectAsync(options);
        #endregion
        return redis;
    }
}
