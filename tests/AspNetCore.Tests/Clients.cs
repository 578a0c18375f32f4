using System.Net.Security;
using System.Net.Sockets;

namespace FastSockets.AspNetCore.Tests;

internal static class Clients
{
    /// <summary>An HttpClient's handler whose connections are Fast Sockets, over <paramref name="expected"/> for certain.</summary>
    public static SocketsHttpHandler Handler(FastTransport expected) => new()
    {
        SslOptions = new SslClientAuthenticationOptions
        {
            RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate?.Subject == "CN=fast",
        },
        ConnectCallback = async (context, cancellation) =>
        {
            var socket = new FastSocket(SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(context.DnsEndPoint, cancellation);
                Assert.Equal(expected, socket.Transport);
                return new FastStream(socket, ownsSocket: true);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        },
    };
}
