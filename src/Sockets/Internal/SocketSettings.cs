using System.Collections.Immutable;
using System.Net.Sockets;

namespace FastSockets.Internal;

/// <summary>
/// The options a user set, kept apart from any file descriptor: an RDMA connection needs none, and a TCP socket made
/// later, or made anew, must get them all. Null means the system's default.
/// </summary>
internal sealed class SocketSettings
{
    public bool Blocking { get; set; } = true;

    public bool NoDelay { get; set; }

    /// <summary>Milliseconds; 0 is infinite, as Socket has it.</summary>
    public int SendTimeout { get; set; }

    /// <inheritdoc cref="SendTimeout"/>
    public int ReceiveTimeout { get; set; }

    public LingerOption? Linger { get; set; }

    public bool? DualMode { get; set; }

    public int? SendBufferSize { get; set; }

    public int? ReceiveBufferSize { get; set; }

    /// <summary>
    /// Every other option that was set, as it is set on a Socket. Replaced, not changed: others may be reading it.
    /// </summary>
    public ImmutableDictionary<(SocketOptionLevel, SocketOptionName), Action<Socket>> Others { get; set; } =
        ImmutableDictionary<(SocketOptionLevel, SocketOptionName), Action<Socket>>.Empty;

    public void ApplyTo(Socket socket)
    {
        if (!Blocking)
            socket.Blocking = false;
        if (DualMode is { } dualMode)
            socket.DualMode = dualMode;
        if (NoDelay)
            socket.NoDelay = true;
        if (SendTimeout != 0)
            socket.SendTimeout = SendTimeout;
        if (ReceiveTimeout != 0)
            socket.ReceiveTimeout = ReceiveTimeout;
        if (Linger is { } linger)
            socket.LingerState = linger;
        if (SendBufferSize is { } sendBufferSize)
            socket.SendBufferSize = sendBufferSize;
        if (ReceiveBufferSize is { } receiveBufferSize)
            socket.ReceiveBufferSize = receiveBufferSize;
        if (!Others.IsEmpty)
        {
            foreach (Action<Socket> set in Others.Values)
                set(socket);
        }
    }

    /// <summary>What an accepted socket inherits: what the kernel copies, so not the timeouts.</summary>
    public SocketSettings ForAccepted() => new()
    {
        Others = Others,
        Blocking = Blocking,
        NoDelay = NoDelay,
        Linger = Linger,
        DualMode = DualMode,
        SendBufferSize = SendBufferSize,
        ReceiveBufferSize = ReceiveBufferSize,
    };
}
