using System.Net;

namespace FastSockets.Perf;

/// <summary>librdmacm's rsockets, the socket layer over verbs that comes with rdma-core, with its defaults.</summary>
internal sealed class RSocketsTransport : ITransport
{
    public IListener Listen(IPAddress address, Wait wait) => new RSocketListening(address, wait);

    public IConnection Connect(IPEndPoint remote, Wait wait)
    {
        var socket = new RSocket(remote.AddressFamily);
        try
        {
            socket.Connect(remote);
            return new RSocketConnection(socket, wait);
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
}
