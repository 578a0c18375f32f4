using System.Net.Security;

namespace FastSockets.AspNetCore.Tests;

internal static class Clients
{
    /// <summary>An HttpClient's handler over Fast Sockets that trusts the tests' server.</summary>
    public static SocketsHttpHandler Handler() => new SocketsHttpHandler
    {
        EnableMultipleHttp2Connections = true,
        SslOptions = new SslClientAuthenticationOptions
        {
            RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate?.Subject == "CN=fast",
        },
    }.UseFastSockets();
}
