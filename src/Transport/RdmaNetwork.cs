using System.Net;
using Microsoft.Extensions.Logging;

namespace FastSockets.Transport;

/// <summary>
/// The process's way to RDMA: its devices, one engine each, the links to its peers, and the RDMA CM. Thread safe.
/// </summary>
internal sealed class RdmaNetwork : IDisposable
{
    /// <summary>Opens the RDMA devices of this machine, or says in one line why there are none to use.</summary>
    public static RdmaNetwork? TryOpen(TransportOptions options, ILogger logger, out string reason) =>
        throw new NotImplementedException();

    /// <summary>Whether <paramref name="destination"/> is in reach of RDMA by policy: on-link through a device, or in a named prefix.</summary>
    public bool CanReach(IPAddress destination, out string reason) => throw new NotImplementedException();

    /// <summary>
    /// Connects within <see cref="TransportOptions.ConnectTimeout"/>. Does not throw for a peer without Fast Sockets, a
    /// silent or refusing one: the outcome then says why, and the caller falls back to TCP.
    /// </summary>
    public ValueTask<ConnectOutcome> ConnectAsync(IPEndPoint remote, IPEndPoint? local, CancellationToken cancellation) =>
        throw new NotImplementedException();

    /// <summary>As <see cref="ConnectAsync"/>, the caller's thread driving progress while it waits.</summary>
    public ConnectOutcome Connect(IPEndPoint remote, IPEndPoint? local) => throw new NotImplementedException();

    /// <summary>
    /// Listens in the RDMA port space, on every device for a wildcard address. Accepted connections are put into
    /// <paramref name="queue"/> (with Enqueue); while the queue is full, opening is refused as a full backlog is.
    /// </summary>
    /// <exception cref="System.Net.Sockets.SocketException">AddressAlreadyInUse, AddressNotAvailable (no device has that address), ...</exception>
    public RdmaListener Listen(IPEndPoint local, bool dualMode, AcceptQueue queue) => throw new NotImplementedException();

    public void Dispose() => throw new NotImplementedException();
}

/// <summary>What connecting came to: a connection, or the reason why there is none over RDMA.</summary>
internal readonly record struct ConnectOutcome(Connection? Connection, FallbackReason Reason, string Detail);

/// <summary>A listening end in the RDMA port space. Disposing it resets connections that wait in its queue by their owner.</summary>
internal sealed class RdmaListener : IDisposable
{
    public IPEndPoint LocalEndPoint => throw new NotImplementedException();

    public void Dispose() => throw new NotImplementedException();
}
