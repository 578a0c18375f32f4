using System.Net;

namespace FastSockets.Perf;

internal interface ITransport
{
    /// <summary>Listens on a port of the system's choice; what is accepted waits as <paramref name="wait"/> says.</summary>
    IListener Listen(IPAddress address, Wait wait);

    IConnection Connect(IPEndPoint remote, Wait wait);

    /// <summary>Returns when nothing is left that a connection before has made for the next one to the same peer.</summary>
    void Forget();
}
