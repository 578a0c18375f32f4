namespace FastSockets;

/// <summary>What carries the bytes of a <see cref="FastSocket"/>.</summary>
public enum FastTransport
{
    /// <summary>Nothing yet: neither connected nor listening.</summary>
    None = 0,

    /// <summary>TCP/IP by the kernel. <see cref="FastSocket.FallbackReason"/> says why.</summary>
    Tcp = 1,

    /// <summary>RDMA verbs. A listening socket with this value takes connections by RDMA and by TCP.</summary>
    Rdma = 2,

    /// <summary>The kernel, by another protocol than TCP: datagrams, Unix domain sockets, ...</summary>
    Kernel = 3,
}
