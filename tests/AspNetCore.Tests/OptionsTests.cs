using FastSockets.Transport;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FastSockets.AspNetCore.Tests;

public sealed class OptionsTests
{
    [Fact]
    public void AddFastSockets_Section_IsBoundAndBecomesKestrels()
    {
        using IHost host = HostWith(
            new()
            {
                ["FastSockets:KeepAlive"] = "00:00:05",
                ["FastSockets:Rules:0"] = "tcp *:5432",
                ["FastSockets:Rules:1"] = "rdma 10.0.0.0/8",
                ["Other"] = "x",
            },
            options => options.MaxLinksPerPeer = 3);

        FastSocketsOptions options = host.Services.GetRequiredService<IOptions<FastSocketsOptions>>().Value;
        Assert.Equal((5, 3), (options.KeepAlive.TotalSeconds, options.MaxLinksPerPeer));
        Assert.Equal(["tcp *:5432", "rdma 10.0.0.0/8"], options.Rules.Select(rule => rule.ToString()));
        Assert.Same(host.Services.GetRequiredService<ILoggerFactory>(), options.LoggerFactory);
        Assert.Same(options, host.Services.GetRequiredService<IOptions<FastSocketTransportOptions>>().Value.Socket);
    }

    [Fact]
    public async Task AddFastSockets_WrongValue_TheHostDoesNotStartAndSaysWhy()
    {
        using IHost host = HostWith(new() { ["FastSockets:KeepAlive"] = "5" });

        FormatException wrong = await Assert.ThrowsAsync<FormatException>(
            () => host.StartAsync(TestContext.Current.CancellationToken));

        Assert.StartsWith("FastSockets:KeepAlive is '5' (configuration). Allowed: ", wrong.Message, StringComparison.Ordinal);
    }

    private static IHost HostWith(Dictionary<string, string?> settings, Action<FastSocketsOptions>? configure = null)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Services.AddFastSockets(builder.Configuration.GetSection("FastSockets"), configure);
        return builder.Build();
    }
}
