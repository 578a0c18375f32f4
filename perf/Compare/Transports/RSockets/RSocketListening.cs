using System.Net;

namespace FastSockets.Perf;

internal sealed class RSocketListening : IListener
{
    private readonly RSocket _socket;
    private readonly Wait _wait;

    public RSocketListening(IPAddress address, Wait wait)
    {
        _wait = wait;
        _socket = new RSocket(address.AddressFamily);
        _socket.Bind(new IPEndPoint(address, 0));
        _socket.Listen(128);
    }

    public int Port => _socket.LocalEndPoint.Port;

    public IConnection Accept() => new RSocketConnection(_socket.Accept(), _wait);

    public void Dispose() => _socket.Dispose();
}
