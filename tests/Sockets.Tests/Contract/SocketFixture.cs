using System.Collections;
using System.Net;
using System.Net.Sockets;

namespace FastSockets.Sockets.Tests.Contract;

/// <summary>What a run of the contract is about: which sockets, at which address, by which transport.</summary>
public abstract class SocketFixture
{
    /// <summary>Where listeners listen; its family is that of the sockets.</summary>
    public abstract IPAddress Address { get; }

    /// <summary>What connections between two sockets of this fixture must be carried by; null: plain Sockets.</summary>
    public virtual FastTransport? Transport => null;

    /// <summary>The reason that connecting sockets must give.</summary>
    public virtual FallbackReason Reason => FallbackReason.None;

    /// <summary>The reason that a socket must give when the peer's host has no Fast Sockets listening.</summary>
    public virtual FallbackReason ReasonWithPlainListener => Reason;

    /// <summary>The reason of an accepted socket whose peer is a plain Socket.</summary>
    public virtual FallbackReason ReasonWithPlainClient => Reason;

    public abstract ISocket Create(AddressFamily family);

    public abstract ISocket CreateDual();

    /// <summary>A socket for UDP.</summary>
    public abstract dynamic CreateDatagrams(AddressFamily family);

    /// <summary>A raw socket in the interface.</summary>
    public abstract ISocket Adapt(object raw);

    /// <summary>The static Select of the sockets' type.</summary>
    public abstract void SelectReady(IList? read, IList? write, IList? failed, int microSeconds);

    /// <summary>Event arguments; <paramref name="completed"/> is called when Completed is raised.</summary>
    public abstract dynamic CreateEventArgs(Action completed);

    /// <summary>Send or Receive with the event arguments, bound early: a late-bound call allocates.</summary>
    public abstract Func<bool> Bind(ISocket socket, dynamic e, SocketAsyncOperation operation);

    /// <summary>The static form of ConnectAsync.</summary>
    public abstract bool ConnectAsync(SocketType socketType, ProtocolType protocolType, dynamic e);

    /// <summary>The static CancelConnectAsync.</summary>
    public abstract void CancelConnectAsync(dynamic e);

    /// <summary>A NetworkStream or a FastStream.</summary>
    public abstract Stream OpenStream(ISocket? socket, FileAccess access, bool ownsSocket);

    /// <summary>A stream of a class of its own, which notes the calls of its overrides.</summary>
    public abstract Stream OpenDerivedStream(ISocket socket, List<string> calls);

    /// <summary>A TcpListener or a FastListener.</summary>
    public abstract dynamic CreateListener(IPEndPoint local);

    /// <summary>A TcpClient or a FastClient.</summary>
    public abstract dynamic CreateClient(AddressFamily family);
}
