// Users see it on their sockets: it is in their namespace, not in this layer's.
namespace FastSockets;

/// <summary>Why a connection is carried by TCP.</summary>
public enum FallbackReason
{
    /// <summary>It is not: the connection runs over RDMA.</summary>
    None = 0,

    /// <summary>Switched off by configuration or environment.</summary>
    Disabled = 1,

    /// <summary>No RDMA library, device or active port on this machine.</summary>
    NoDevice = 2,

    /// <summary>The destination is not on a network that RDMA reaches by policy.</summary>
    NotLocal = 3,

    /// <summary>The peer's host answers RDMA but nothing listens for Fast Sockets on that port.</summary>
    PeerWithoutFastSockets = 4,

    /// <summary>The peer speaks no version of the protocol that this end speaks.</summary>
    VersionMismatch = 5,

    /// <summary>The peer refused for want of a resource (its backlog, slabs, queue pairs).</summary>
    PeerRefused = 6,

    /// <summary>No answer within the connect time.</summary>
    TimedOut = 7,

    /// <summary>An error of the local device or of the RDMA CM; the detail says which.</summary>
    DeviceError = 8,

    /// <summary>The other end connected by TCP (accepted connections only).</summary>
    PeerChoseTcp = 9,

    /// <summary>The program asked for the kernel's socket: by a family or type that is not TCP's, or by its handle.</summary>
    KernelRequested = 10,
}
