using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace FastSockets.AspNetCore.Tests.Snippets;

/// <summary>docs/http.md's code, which a test compares with these regions; other tests run what can be run.</summary>
internal static class KestrelSnippets
{
    public static WebApplicationBuilder AllEndPoints(string[] args)
    {
        #region
        var builder = WebApplication.CreateBuilder(args);
        builder.WebHost.UseFastSockets();                       // every IP endpoint, by RDMA and TCP on the same port
        builder.WebHost.UseUrls("http://0.0.0.0:5000");         // else Kestrel listens on loopback, by TCP alone
        #endregion
        return builder;
    }

    public static void SomeEndPoints(WebApplicationBuilder builder)
    {
        #region
        builder.WebHost.UseFastSockets(options => options.TakesPlainEndPoints = false);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenFast(IPAddress.Any, 5001, listen => listen.UseHttps()));
        #endregion
    }
}
