using System.Net;
using FastSockets.AspNetCore.Tests.Snippets;
using FastSockets.Sockets.Tests;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using StackExchange.Redis;
using System.Net.WebSockets;

namespace FastSockets.AspNetCore.Tests;

/// <summary>Frameworks that are built on sockets, over Fast Sockets at both ends, each by the code that docs/http.md shows.</summary>
public abstract class FrameworksTests(IPath path) : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private readonly Dictionary<string, long> _before = Instruments.Observe("FastSockets");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Whatever a test did, both ends were Fast Sockets', on the right transport.</summary>
    public void Dispose()
    {
        Dictionary<string, long> now = Instruments.Observe("FastSockets");
        Assert.All(
            ["connect", "accept"],
            role =>
            {
                string name = $"fastsockets.connections fastsockets.transport={path.Transport.ToString().ToLowerInvariant()} " +
                    $"fastsockets.role={role}";
                Assert.True(now[name] > _before.GetValueOrDefault(name), name);
            });
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task HttpClient_WithACallbackOfItsOwn()
    {
        await using Server server = await Server.StartAsync(path);
        using var client = new HttpClient(HttpClientSnippets.OwnCallback());
        Assert.Equal(path.Transport.ToString(), await client.GetStringAsync(server.Url, Cancellation).WaitAsync(Limit));
    }

    [Fact]
    public async Task HttpClientFactory_MakesFastClients()
    {
        await using Server server = await Server.StartAsync(path);
        var services = new ServiceCollection();
        using HttpClient direct = HttpClientSnippets.Direct(services);
        await using ServiceProvider all = services.BuildServiceProvider();
        using HttpClient named = all.GetRequiredService<IHttpClientFactory>().CreateClient("fast");

        services.AddFastSockets();
        HttpClientSnippets.WithOptions(services);
        await using ServiceProvider allWithOptions = services.BuildServiceProvider();
        using HttpClient withOptions = allWithOptions.GetRequiredService<IHttpClientFactory>().CreateClient("fast");
        foreach (HttpClient client in new[] { direct, named, withOptions })
            Assert.Equal(path.Transport.ToString(), await client.GetStringAsync(server.Url, Cancellation).WaitAsync(Limit));
    }

    [Fact]
    public async Task ClientWebSocket_Echoes()
    {
        await using Server server = await Server.StartAsync(path);
        using var socket = new ClientWebSocket();
        await HttpClientSnippets.WebSocketAsync(
            socket, new UriBuilder(server.Url) { Scheme = "ws", Path = "/socket" }.Uri, Cancellation).WaitAsync(Limit);
        byte[] back = new byte[5];
        await socket.SendAsync("hello"u8.ToArray(), WebSocketMessageType.Text, true, Cancellation);
        Assert.Equal(5, (await socket.ReceiveAsync(back.AsMemory(), Cancellation).AsTask().WaitAsync(Limit)).Count);
        Assert.Equal("hello"u8.ToArray(), back);
    }

    [Fact]
    public async Task SignalR_CallsAndIsCalled()
    {
        await using Server server = await Server.StartAsync(path);
        await using HubConnection connection = ClientSnippets.SignalR(new Uri(server.Url, "/hub"));
        var echoed = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        connection.On<string>("echoed", echoed.SetResult);
        await connection.StartAsync(Cancellation).WaitAsync(Limit);
        await connection.InvokeAsync("Echo", "hello", Cancellation).WaitAsync(Limit);
        Assert.Equal("hello", await echoed.Task.WaitAsync(Limit));
    }

    [Fact]
    public async Task Grpc_CallsAndStreams()
    {
        const int Count = 100;
        await using Server server = await Server.StartAsync(path, HttpProtocols.Http2);
        using GrpcChannel channel = ClientSnippets.Grpc(server.Url);
        CallInvoker invoker = channel.CreateCallInvoker();
        var options = new CallOptions(cancellationToken: Cancellation, deadline: DateTime.UtcNow + Limit);
        string large = new('x', 1_000_000);
        Assert.Equal(large, await invoker.AsyncUnaryCall(EchoGrpc.Unary, null, options, large));

        using AsyncDuplexStreamingCall<string, string> call = invoker.AsyncDuplexStreamingCall(EchoGrpc.Duplex, null, options);
        for (int i = 0; i < Count; i++)
        {
            await call.RequestStream.WriteAsync($"{i}", Cancellation);
            Assert.True(await call.ResponseStream.MoveNext(Cancellation));
            Assert.Equal($"{i}", call.ResponseStream.Current);
        }

        await call.RequestStream.CompleteAsync();
        Assert.False(await call.ResponseStream.MoveNext(Cancellation));
    }

    [Fact]
    public async Task Yarp_PassesOn()
    {
        await using Server server = await Server.StartAsync(path);
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseFastSockets();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(path.Address, 0));
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Proxy:Routes:all:ClusterId"] = "server",
            ["Proxy:Routes:all:Match:Path"] = "{**rest}",
            ["Proxy:Clusters:server:Destinations:only:Address"] = server.Url.ToString(),
        });
        ClientSnippets.Yarp(builder.Services, builder.Configuration.GetSection("Proxy"));
        await using WebApplication proxy = builder.Build();
        proxy.MapReverseProxy();
        await proxy.StartAsync(Cancellation);

        using var client = new HttpClient(Clients.Handler()) { BaseAddress = new Uri(proxy.Urls.First()) };
        Assert.Equal(path.Transport.ToString(), await client.GetStringAsync("/", Cancellation).WaitAsync(Limit));
        Assert.Equal(Server.Data(1_000_000), await client.GetByteArrayAsync("/data/1000000", Cancellation).WaitAsync(Limit));
    }

    /// <summary>To a handler that knows a few of Redis's commands.</summary>
    [Fact]
    public async Task Redis_SetsAndGets()
    {
        await using Server server = await Server.StartAsync(path, configure: host => host
            .ConfigureServices(services => services.AddSingleton<RedisHandler>())
            .ConfigureKestrel(kestrel => kestrel.ListenFast(path.Address, 0, listen => listen.UseConnectionHandler<RedisHandler>())));
        const string Patience = "connectTimeout=60000,syncTimeout=60000,asyncTimeout=60000";
        await using ConnectionMultiplexer redis =
            await RedisSnippets.ConnectAsync($"{path.Address}:{server.Urls[1].Port},{Patience}").WaitAsync(Limit);
        IDatabase database = redis.GetDatabase();
        Assert.True(await database.StringSetAsync("name", "value").WaitAsync(Limit));
        Assert.Equal("value", await database.StringGetAsync("name").WaitAsync(Limit));
    }

    [Fact]
    public Task Orleans_ClientCallsAGrainOfASilo() => Ports.RetryAsync(CallAGrainAsync);

    private async Task CallAGrainAsync()
    {
        (int siloPort, int gatewayPort) = Ports.TwoFree(path.Address);
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.UseOrleans(silo => silo
            .UseDevelopmentClustering(new IPEndPoint(path.Address, siloPort))
            .ConfigureEndpoints(path.Address, siloPort, gatewayPort, listenOnAnyHostAddress: false)
            .Configure<ConnectionOptions>(options => options.OpenConnectionTimeout = Limit)
            .Configure<SiloMessagingOptions>(options => options.ResponseTimeout = options.SystemResponseTimeout = Limit)
            .UseFastSockets());
        using IHost host = builder.Build();
        await host.StartAsync(Cancellation).WaitAsync(Limit);

        builder = Host.CreateEmptyApplicationBuilder(null);
        builder.UseOrleansClient(client => client
            .UseStaticClustering(new IPEndPoint(path.Address, gatewayPort))
            .UseConnectionRetryFilter(async (_, cancellation) =>
            {
                await Task.Delay(500, cancellation);
                return true;
            })
            .Configure<ConnectionOptions>(options => options.OpenConnectionTimeout = Limit)
            .Configure<ClientMessagingOptions>(options => options.ResponseTimeout = Limit)
            .UseFastSockets());
        using IHost caller = builder.Build();
        await caller.StartAsync(Cancellation).WaitAsync(Limit);
        IEchoGrain grain = caller.Services.GetRequiredService<IClusterClient>().GetGrain<IEchoGrain>(1);
        Assert.Equal(Server.Data(100_000), await grain.EchoAsync(Server.Data(100_000)).WaitAsync(Limit));
        await caller.StopAsync(Cancellation).WaitAsync(Limit);
        await host.StopAsync(Cancellation).WaitAsync(Limit);
    }
}

/// <summary>Over TCP, where there is no RDMA.</summary>
public sealed class FrameworksByTcp() : FrameworksTests(new TcpPath());

/// <summary>Over RDMA.</summary>
[Trait("Category", "Rdma")]
public sealed class FrameworksByRdma() : FrameworksTests(new RdmaPath());
