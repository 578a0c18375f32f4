using System.Net;
using System.Net.Sockets;

namespace FastSockets.Perf;

/// <summary>FastSocket, and only over RDMA: a connection that fell back to TCP must not be measured as one that did not.</summary>
internal sealed class FastSocketsTransport : ITransport
{
    public IListener Listen(IPAddress address, Wait wait) => new FastListening(address, wait);

    public IConnection Connect(IPEndPoint remote, Wait wait)
    {
        var socket = new FastSocket(remote.AddressFamily, SocketType.Stream, ProtocolType.Tcp, Options(wait));
        try
        {
            socket.Connect(remote);
            return Wrap(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Blocking calls as a program gets them by default; or polling without end, as the verbs programs do.</summary>
    internal static FastSocketsOptions Options(Wait wait) =>
        wait == Wait.Spin ? new() { SpinBudget = Timeout.InfiniteTimeSpan } : new();

    internal static IConnection Wrap(FastSocket socket) => socket.Transport == FastTransport.Rdma
        ? new FastConnection(socket)
        : throw new InvalidOperationException(
            $"The connection runs over {socket.Transport}, not over RDMA: {socket.FallbackReason}.");
}
