using System.Net;
using System.Net.Sockets;

namespace FastSockets.Perf;

internal sealed class TcpListening : IListener
{
    private readonly Socket _socket;
    private readonly Wait _wait;

    public TcpListening(IPAddress address, Wait wait)
    {
        _wait = wait;
        _socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        _socket.Bind(new IPEndPoint(address, 0));
        _socket.Listen(128);
    }

    public int Port => ((IPEndPoint)_socket.LocalEndPoint!).Port;

    public IConnection Accept()
    {
        var accepted = _socket.Accept();
        accepted.NoDelay = true;
        return TcpTransport.Wrap(accepted, _wait);
    }

    public void Dispose() => _socket.Dispose();
}
