using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using FastSockets.AspNetCore.Internal;
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
    private static readonly ConcurrentDictionary<int, byte[]> s_data = new();
    private static readonly ConcurrentDictionary<int, string> s_hashes = new();

    private readonly WebApplication _application;
    private readonly IPath _path;
    private readonly TaskCompletionSource _allAreHere = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _here;

    private Server(WebApplication application, IPath path)
    {
        _application = application;
        _path = path;
    }

    /// <summary>The socket of the last request.</summary>
    public FastSocket? Socket { get; private set; }

    /// <summary>What /hash said last, or why it could not.</summary>
    public TaskCompletionSource<string> Hash { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What aborted requests' tokens said.</summary>
    public TaskCompletionSource Aborted { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>A request of /slow is being served.</summary>
    public TaskCompletionSource SlowBegan { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TaskCompletionSource SlowMayEnd { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TaskCompletionSource HashBegan { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Uri Url => Urls[0];

    public Uri[] Urls { get; private set; } = [];

    /// <summary>Starts one.</summary>
    public static async Task<Server> StartAsync(
        IPath path, HttpProtocols protocols = HttpProtocols.Http1, bool tls = false, Action<IWebHostBuilder>? configure = null,
        int port = 0)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseFastSockets();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Listen(path.Address, port, listen =>
            {
                listen.Protocols = protocols;
                if (tls)
                {
                    // Many at once take longer than the default of 10 s where the processor is emulated.
                    listen.UseHttps(Certificate(), https => https.HandshakeTimeout = TimeSpan.FromMinutes(2));
                }
            });
        });
        if (tls)
            builder.WebHost.UseKestrelHttpsConfiguration();
        builder.Services.AddSignalR();
        builder.Services.AddGrpc();
        configure?.Invoke(builder.WebHost);
        var server = new Server(builder.Build(), path);
        server.Map();
        await server._application.StartAsync();
        server.Urls = [.. server._application.Services.GetRequiredService<IServer>()
            .Features.Get<IServerAddressesFeature>()!.Addresses.Select(address => new Uri(address))];
        return server;
    }

    public Task StopAsync() => _application.StopAsync();

    public async ValueTask DisposeAsync()
    {
        SlowMayEnd.TrySetResult();
        _allAreHere.TrySetResult();
        await _application.DisposeAsync();
    }

    private void Map()
    {
        _application.Use(CheckTransportAsync);
        _application.UseWebSockets();
        _application.MapHub<EchoHub>("/hub");
        _application.MapGrpcService<EchoService>();
        _application.MapGet("/", (HttpContext context) =>
            context.Features.Get<IFastSocketFeature>()?.Transport.ToString() ?? "none");
        _application.MapGet("/data/{size:int}", async (int size, HttpContext context) =>
        {
            context.Response.ContentLength = size;
            await context.Response.BodyWriter.WriteAsync(Data(size));
        });
        // Answered when that many requests wait for it.
        _application.MapGet("/together/{count:int}/{size:int}", async (int count, int size, HttpContext context) =>
        {
            if (Interlocked.Increment(ref _here) == count)
                _allAreHere.SetResult();

            await _allAreHere.Task;
            await context.Response.BodyWriter.WriteAsync(Data(size));
        });
        _application.MapPost("/hash", HashAsync);
        _application.MapPost("/count", (Delegate)CountAsync);
        _application.MapGet("/abort", (HttpContext context) => context.Abort());
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

    private Task CheckTransportAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Features.Get<IFastSocketFeature>() is not FastSocketFeature feature)
            return next(context);

        Socket = feature.Socket;
        Assert.Equal(_path.Transport, feature.Transport);
        return next(context);
    }

    private static async Task<long> CountAsync(HttpContext context)
    {
        long count = 0;
        while (true)
        {
            ReadResult read = await context.Request.BodyReader.ReadAsync();
            count += read.Buffer.Length;
            context.Request.BodyReader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
                return count;
        }
    }

    private async Task HashAsync(HttpContext context)
    {
        try
        {
            HashBegan.TrySetResult();
            string hash = Convert.ToHexString(await SHA256.HashDataAsync(context.Request.Body));
            Hash.TrySetResult(hash);
            await context.Response.WriteAsync(hash);
        }
        catch (Exception e)
        {
            Hash.TrySetException(e);
            throw;
        }
    }

    /// <summary>Bytes that differ from place to place, the same for the same size. Not to be changed.</summary>
    public static byte[] Data(int size) => s_data.GetOrAdd(size, static size =>
    {
        byte[] data = new byte[size];
        new Random(size).NextBytes(data);
        return data;
    });

    /// <summary>The hash of <see cref="Data"/>, as /hash tells it.</summary>
    public static string HashOf(int size) => s_hashes.GetOrAdd(size, static size => Convert.ToHexString(SHA256.HashData(Data(size))));

    private static X509Certificate2 Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=fast", key, HashAlgorithmName.SHA256);
        using X509Certificate2 made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }
}
