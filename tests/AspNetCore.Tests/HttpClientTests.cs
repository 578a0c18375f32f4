using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace FastSockets.AspNetCore.Tests;

/// <summary>HttpClient over Fast Sockets.</summary>
public abstract class HttpClientTests(IPath path)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Connection_IsWithoutDelay_AndKeptForTheNextRequest()
    {
        var streams = new List<FastStream>();
        using SocketsHttpHandler handler = Clients.Handler();
        handler.PlaintextStreamFilter = (context, _) =>
        {
            streams.Add(Assert.IsType<FastStream>(context.PlaintextStream));
            return ValueTask.FromResult(context.PlaintextStream);
        };
        await using Server server = await Server.StartAsync(path);
        using var client = new HttpClient(handler) { BaseAddress = server.Url };
        for (int i = 0; i < 5; i++)
            Assert.Equal(path.Transport.ToString(), await client.GetStringAsync("/", Cancellation).WaitAsync(Limit));

        FastStream stream = Assert.Single(streams);
        Assert.True(stream.Socket.NoDelay);
        Assert.Equal(path.Transport, stream.Socket.Transport);
        client.Dispose();
        Assert.False(stream.Socket.Connected);
    }

    [Fact]
    public async Task Send_Synchronous_Works()
    {
        await using Server server = await Server.StartAsync(path);
        using var client = new HttpClient(Clients.Handler()) { BaseAddress = server.Url };
        byte[] body = await Task.Run(() =>
        {
            using HttpResponseMessage response = client.Send(new HttpRequestMessage(HttpMethod.Get, "/data/300000"), Cancellation);
            using var copy = new MemoryStream();
            response.Content.ReadAsStream(Cancellation).CopyTo(copy);
            return copy.ToArray();
        }).WaitAsync(Limit);
        Assert.Equal(Server.Data(300_000), body);
    }

    [Fact]
    public Task Connection_ThatTheServerEndedMeanwhile_IsReplaced() => Ports.RetryAsync(async () =>
    {
        using var client = new HttpClient(Clients.Handler());
        await using Server first = await Server.StartAsync(path);
        await client.GetStringAsync(first.Url, Cancellation).WaitAsync(Limit);
        await first.StopAsync().WaitAsync(Limit);
        await using Server second = await Server.StartAsync(path, port: first.Url.Port);
        Assert.Equal(path.Transport.ToString(), await client.GetStringAsync(second.Url, Cancellation).WaitAsync(Limit));
    });

    [Fact]
    public async Task Server_WithoutFastSockets_IsReachedByTcp()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(path.Address, 0));
        await using WebApplication plain = builder.Build();
        plain.MapGet("/", () => "plain");
        await plain.StartAsync(Cancellation);
        string url = plain.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        using var client = new HttpClient(Clients.Handler());
        Assert.Equal("plain", await client.GetStringAsync(url, Cancellation).WaitAsync(Limit));
    }

    [Fact]
    public async Task Server_ThatIsNotThere_IsToldAsTheHandlerItselfTells()
    {
        Uri url;
        await using (Server server = await Server.StartAsync(path))
            url = server.Url;

        using var client = new HttpClient(Clients.Handler());
        using var plain = new HttpClient();
        var error = await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync(url, Cancellation)).WaitAsync(Limit);
        var expected = await Assert.ThrowsAsync<HttpRequestException>(() => plain.GetAsync(url, Cancellation)).WaitAsync(Limit);
        Assert.Equal(expected.HttpRequestError, error.HttpRequestError);
        Assert.Equal(
            Assert.IsType<SocketException>(expected.InnerException).SocketErrorCode,
            Assert.IsType<SocketException>(error.InnerException).SocketErrorCode);
    }

    [Fact]
    public async Task Request_ThatIsCancelled_ClosesItsConnection()
    {
        await using Server server = await Server.StartAsync(path);
        using var client = new HttpClient(Clients.Handler()) { BaseAddress = server.Url };
        using var cancellation = new CancellationTokenSource();
        Task<string> request = client.GetStringAsync("/endless", cancellation.Token);
        await server.SlowBegan.Task.WaitAsync(Limit);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request.WaitAsync(Limit));
        await server.Aborted.Task.WaitAsync(Limit);
    }

    [Fact]
    public void Handler_WithACallback_IsRefused()
    {
        using var handler = new SocketsHttpHandler { ConnectCallback = (_, _) => default };
        Assert.Throws<InvalidOperationException>(() => handler.UseFastSockets());
    }
}

/// <summary>Over TCP, where there is no RDMA.</summary>
public sealed class HttpClientByTcp() : HttpClientTests(new TcpPath());

/// <summary>Over RDMA.</summary>
[Trait("Category", "Rdma")]
public sealed class HttpClientByRdma() : HttpClientTests(new RdmaPath());
