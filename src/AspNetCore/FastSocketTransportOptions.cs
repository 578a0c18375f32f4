using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace FastSockets.AspNetCore;

/// <summary>How Kestrel uses Fast Sockets.</summary>
public sealed class FastSocketTransportOptions
{
    /// <summary>
    /// Whether every IP endpoint that Kestrel binds, such as a plain URL's, is taken: the default. False: only those of
    /// <see cref="FastSocketsKestrelExtensions.ListenFast"/>, and the others stay with Kestrel's own transport.
    /// </summary>
    public bool TakesPlainEndPoints { get; set; } = true;

    /// <summary>How many connections may wait to be accepted, in each transport. 512, as in Kestrel's own.</summary>
    public int Backlog { get; set; } = 512;

    /// <summary>Whether TCP connections send at once (TCP_NODELAY): true. By RDMA they always do.</summary>
    public bool NoDelay { get; set; } = true;

    /// <summary>The sockets' options. Null: <see cref="FastSocketsOptions.Default"/>.</summary>
    public FastSocketsOptions? Socket { get; set; }

    /// <summary>How Kestrel's own transport runs the connections by TCP.</summary>
    internal SocketConnectionFactoryOptions Tcp { get; } = new();

    /// <summary>What the host says of connections by TCP; backlog and NoDelay are those above, and the listening socket is ours.</summary>
    internal void TakeFrom(SocketTransportOptions kestrels)
    {
        Tcp.IOQueueCount = kestrels.IOQueueCount;
        Tcp.MaxReadBufferSize = kestrels.MaxReadBufferSize;
        Tcp.MaxWriteBufferSize = kestrels.MaxWriteBufferSize;
        Tcp.UnsafePreferInlineScheduling = kestrels.UnsafePreferInlineScheduling;
        Tcp.WaitForDataBeforeAllocatingBuffer = kestrels.WaitForDataBeforeAllocatingBuffer;
    }
}
