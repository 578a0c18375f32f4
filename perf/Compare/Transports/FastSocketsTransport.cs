using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace FastSockets.Perf;

/// <summary>FastSocket, and only over RDMA: a connection that fell back to TCP must not be measured as one that did not.</summary>
internal sealed class FastSocketsTransport : ITransport
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    // As a program has them: made once, not for each socket.
    private static readonly FastSocketsOptions Spinning = new() { SpinBudget = Timeout.InfiniteTimeSpan };

    public IListener Listen(IPAddress address, Wait wait) => new FastListening(address, wait);

    public IConnection Connect(IPEndPoint remote, Wait wait)
    {
        var socket = new FastSocket(remote.AddressFamily, SocketType.Stream, ProtocolType.Tcp, Options(wait));
        try
        {
            socket.Connect(remote);
            return Wrap(socket, wait);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Waits for the links to be closed, which takes that they are not to be kept: FASTSOCKETS_LINK_IDLE_MS=0.</summary>
    public void Forget()
    {
        long start = Stopwatch.GetTimestamp();
        while (Instrument.Read("FastSockets", "fastsockets.links") > 0)
        {
            if (Stopwatch.GetElapsedTime(start) > Patience)
                throw new TimeoutException("The link is still there.");
            Thread.Sleep(1);
        }
    }

    /// <summary>Blocking calls as a program gets them by default; or polling without end, as the verbs programs do.</summary>
    internal static FastSocketsOptions Options(Wait wait) =>
        wait == Wait.Spin ? Spinning : FastSocketsOptions.Default;

    internal static IConnection Wrap(FastSocket socket, Wait wait)
    {
        if (socket.Transport != FastTransport.Rdma)
        {
            throw new InvalidOperationException(
                $"The connection runs over {socket.Transport}, not over RDMA: {socket.FallbackReason}.");
        }
        var connection = new FastConnection(socket);
        return wait == Wait.Pipe ? new PipeConnection(connection, socket.AsPipe()) : connection;
    }
}
