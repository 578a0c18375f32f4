using System.Globalization;
using System.Net;
using FastSockets.AspNetCore;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FastSockets.Perf;

/// <summary>Kestrel, on its own sockets or on Fast Sockets, answering each request with 512 bytes.</summary>
internal static class HttpServerWorker
{
    private static readonly byte[] s_body = new byte[512];

    public static int Run(TransportKind kind, IPAddress address)
    {
        using WebApplication application = Start(kind == TransportKind.FastSocketsRdma, address, out int port);
        Worker.Reply(new WorkReply { Ports = Enum.GetValues<Wait>().ToDictionary(wait => wait, _ => port) });
        // What the server spends is asked for by the client, at both ends of the time it measures.
        return Worker.Run(_ => []);
    }

    /// <param name="port">Where it listens: a free one.</param>
    public static WebApplication Start(bool isFast, IPAddress address, out int port)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        if (isFast)
            builder.WebHost.UseFastSockets();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(address, 0));
        WebApplication application = builder.Build();
        application.Run(Answer);
        application.Start();
        port = new Uri(application.Services.GetRequiredService<IServer>()
            .Features.Get<IServerAddressesFeature>()!.Addresses.Single()).Port;
        return application;
    }

    private static Task Answer(HttpContext context)
    {
        if (context.Request.Path == "/cpu")
            return context.Response.WriteAsync(
                CpuClock.Microseconds.ToString("R", CultureInfo.InvariantCulture));
        context.Response.ContentLength = s_body.Length;
        return context.Response.Body.WriteAsync(s_body, 0, s_body.Length);
    }
}
