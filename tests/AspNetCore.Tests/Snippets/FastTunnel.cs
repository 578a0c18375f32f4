using System.Net;
using System.Net.Sockets;
using StackExchange.Redis;
using StackExchange.Redis.Configuration;

namespace FastSockets.AspNetCore.Tests.Snippets;

#region
/// <summary>Connections of StackExchange.Redis by Fast Sockets, with no socket of its own.</summary>
internal sealed class FastTunnel : Tunnel
{
    public override ValueTask<EndPoint?> GetSocketConnectEndpointAsync(EndPoint endpoint, CancellationToken cancellationToken) =>
        default;

    public override async ValueTask<Stream?> BeforeAuthenticateAsync(
        EndPoint endpoint, ConnectionType connectionType, Socket? socket, CancellationToken cancellationToken)
    {
        var fast = new FastSocket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await fast.ConnectAsync(endpoint, cancellationToken);
            return new FastStream(fast, ownsSocket: true);
        }
        catch
        {
            fast.Dispose();
            throw;
        }
    }

    public override string ToString() => "fast";
}
#endregion
