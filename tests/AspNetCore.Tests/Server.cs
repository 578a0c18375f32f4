using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace FastSockets.AspNetCore.Tests;

/// <summary>A web server on Fast Sockets, with the pages that the tests ask for.</summary>
internal sealed class Server : IAsyncDisposable
{
    private readonly WebApplication _application;

    private Server(WebApplication application) => _application = application;

    /// <summary>What aborted requests' tokens said.</summary>
    public TaskCompletionSource Aborted { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>A request of /slow is being served.</summary>
    public TaskCompletionSource SlowBegan { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TaskCompletionSource SlowMayEnd { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Uri Url { get; private set; } = null!;

    /// <summary>Starts one.</summary>
    public static async Task<Server> StartAsync(
        IPAddress address, HttpProtocols protocols = HttpProtocols.Http1, bool tls = false,
        Action<IWebHostBuilder>? configure = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseFastSockets();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Listen(address, 0, listen =>
            {
                listen.Protocols = protocols;
                if (tls)
                    listen.UseHttps(Certificate());
            });
        });
        if (tls)
            builder.WebHost.UseKestrelHttpsConfiguration();
        configure?.Invoke(builder.WebHost);
        var server = new Server(builder.Build());
        server.Map();
        await server._application.StartAsync();
        server.Url = new Uri(server._application.Services.GetRequiredService<IServer>()
            .Features.Get<IServerAddressesFeature>()!.Addresses.First());
        return server;
    }

    public Task StopAsync() => _application.StopAsync();

    public async ValueTask DisposeAsync()
    {
        SlowMayEnd.TrySetResult();
        await _application.DisposeAsync();
    }

    private void Map()
    {
        _application.UseWebSockets();
        _application.MapGet("/", (HttpContext context) =>
            context.Features.Get<IFastSocketFeature>()?.Transport.ToString() ?? "none");
        _application.MapGet("/data/{size:int}", async (int size, HttpContext context) =>
        {
            context.Response.ContentLength = size;
            await context.Response.BodyWriter.WriteAsync(Data(size));
        });
        _application.MapPost("/hash", async (HttpContext context) => await context.Response.WriteAsync(
            Convert.ToHexString(await SHA256.HashDataAsync(context.Request.Body, context.RequestAborted))));
        _application.MapGet("/slow", async () =>
        {
            SlowBegan.TrySetResult();
            await SlowMayEnd.Task;
            return "slow";
        });
        _application.MapGet("/endless", async (HttpContext context) =>
        {
            context.RequestAborted.Register(() => Aborted.TrySetResult());
            SlowBegan.TrySetResult();
            await context.Response.WriteAsync("begun");
            await context.Response.Body.FlushAsync();
            await Aborted.Task;
        });
        _application.Map("/socket", async (HttpContext context) =>
        {
            using System.Net.WebSockets.WebSocket socket = await context.WebSockets.AcceptWebSocketAsync();
            byte[] buffer = new byte[64 * 1024];
            while (true)
            {
                var received = await socket.ReceiveAsync(buffer.AsMemory(), context.RequestAborted);
                if (received.MessageType == System.Net.WebSockets.WebSocketMessageType.Close)
                    break;

                await socket.SendAsync(
                    buffer.AsMemory(0, received.Count), received.MessageType, received.EndOfMessage, context.RequestAborted);
            }

            await socket.CloseAsync(System.Net.WebSockets.WebSocketCloseStatus.NormalClosure, null, context.RequestAborted);
        });
    }

    /// <summary>Bytes that differ from place to place.</summary>
    public static byte[] Data(int size)
    {
        byte[] data = new byte[size];
        new Random(size).NextBytes(data);
        return data;
    }

    private static X509Certificate2 Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=fast", key, HashAlgorithmName.SHA256);
        using X509Certificate2 made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }
}
