using System.Net;
using System.Net.Sockets;

namespace FastSockets.Perf;

/// <summary>System.Net.Sockets with NoDelay and otherwise the system's defaults.</summary>
internal sealed class TcpTransport : ITransport
{
    public IListener Listen(IPAddress address, Wait wait) => new TcpListening(address, wait);

    public IConnection Connect(IPEndPoint remote, Wait wait)
    {
        var socket = new Socket(remote.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
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

    public void Forget()
    {
        // Every connection is the first.
    }

    internal static IConnection Wrap(Socket socket, Wait wait) => wait switch
    {
        Wait.Spin => new SpinningTcpConnection(socket),
        Wait.Pipe => new PipeConnection(new TcpConnection(socket), new StreamPipe(new NetworkStream(socket))),
        _ => new TcpConnection(socket),
    };
}
