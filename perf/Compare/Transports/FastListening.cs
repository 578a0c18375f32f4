using System.Net;
using System.Net.Sockets;

namespace FastSockets.Perf;

internal sealed class FastListening : IListener
{
    private readonly FastSocket _socket;
    private readonly Wait _wait;

    public FastListening(IPAddress address, Wait wait)
    {
        _wait = wait;
        _socket = new FastSocket(
            address.AddressFamily, SocketType.Stream, ProtocolType.Tcp, FastSocketsTransport.Options(wait));
        _socket.Bind(new IPEndPoint(address, 0));
        _socket.Listen(128);
    }

    public int Port => ((IPEndPoint)_socket.LocalEndPoint!).Port;

    public IConnection Accept() => FastSocketsTransport.Wrap(_socket.Accept(), _wait);

    public void Dispose() => _socket.Dispose();
}
