using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
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

    [Fact]
    public async Task ListenFast_WithoutUseFastSockets_TheHostDoesNotStartAndSaysWhatToDo()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenFast(IPAddress.Loopback, 0));

        InvalidOperationException wrong = await Assert.ThrowsAsync<InvalidOperationException>(async () =>
        {
            await using WebApplication application = builder.Build();
            await application.StartAsync(TestContext.Current.CancellationToken);
        });

        Assert.Contains("builder.WebHost.UseFastSockets()", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void UseFastSockets_TcpConnections_HaveTheHostsSocketTransportOptions()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseFastSockets();
        builder.Services.Configure<SocketTransportOptions>(options =>
        {
            options.IOQueueCount = 3;
            options.MaxReadBufferSize = 4;
            options.MaxWriteBufferSize = 5;
            options.UnsafePreferInlineScheduling = true;
            options.WaitForDataBeforeAllocatingBuffer = false;
        });
        using var application = (IDisposable)builder.Build();

        SocketConnectionFactoryOptions tcp = ((WebApplication)application).Services
            .GetRequiredService<IOptions<FastSocketTransportOptions>>().Value.Tcp;

        Assert.Equal((3, 4L, 5L), (tcp.IOQueueCount, tcp.MaxReadBufferSize, tcp.MaxWriteBufferSize));
        Assert.Equal((true, false), (tcp.UnsafePreferInlineScheduling, tcp.WaitForDataBeforeAllocatingBuffer));
    }

    private static IHost HostWith(Dictionary<string, string?> settings, Action<FastSocketsOptions>? configure = null)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Services.AddFastSockets(builder.Configuration.GetSection("FastSockets"), configure);
        return builder.Build();
    }
}
