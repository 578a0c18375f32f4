using System.Net.Sockets;
using System.Runtime.Versioning;

namespace FastSockets;

// Where a program asks for the kernel's own socket, it gets it, and the socket stays with it.
public sealed partial class FastSocket
{
    /// <summary>Wraps an existing socket of the kernel; it stays the kernel's.</summary>
    /// <param name="handle">Owned by the new socket from now on.</param>
    /// <param name="options">Null: <see cref="FastSocketsOptions.Default"/>.</param>
    /// <exception cref="ArgumentNullException"><paramref name="handle"/> is null.</exception>
    /// <exception cref="ArgumentException">It is not a valid handle.</exception>
    /// <exception cref="SocketException">It is not a socket.</exception>
    public FastSocket(SafeSocketHandle handle, FastSocketsOptions? options = null)
    {
        var socket = new Socket(handle);
        AddressFamily = socket.AddressFamily;
        SocketType = socket.SocketType;
        ProtocolType = socket.ProtocolType;
        _options = options ?? FastSocketsOptions.Default;
        _settings.Blocking = socket.Blocking;
        if (AddressFamily == AddressFamily.InterNetworkV6)
            _settings.DualMode = socket.DualMode;
        UseKernel(socket, "made from a handle");
        _listening = socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.AcceptConnection) is not 0;
        _transport = socket.Connected || _listening || !IsForTcp ? KernelTransport : FastTransport.None;
    }

    /// <inheritdoc cref="Socket(SocketInformation)"/>
    /// <exception cref="PlatformNotSupportedException">Always: Linux hands no sockets over.</exception>
    [SupportedOSPlatform("windows")]
    public FastSocket(SocketInformation socketInformation) =>
        throw new PlatformNotSupportedException("Linux hands no sockets over in this way.");

    /// <inheritdoc cref="Socket.OSSupportsIPv4"/>
    public static bool OSSupportsIPv4 => Socket.OSSupportsIPv4;

    /// <inheritdoc cref="Socket.OSSupportsIPv6"/>
    public static bool OSSupportsIPv6 => Socket.OSSupportsIPv6;

    /// <inheritdoc cref="Socket.OSSupportsUnixDomainSockets"/>
    public static bool OSSupportsUnixDomainSockets => Socket.OSSupportsUnixDomainSockets;

    /// <inheritdoc cref="OSSupportsIPv4"/>
    [Obsolete("Use OSSupportsIPv4, as with Socket.")]
    public static bool SupportsIPv4 => OSSupportsIPv4;

    /// <inheritdoc cref="OSSupportsIPv6"/>
    [Obsolete("Use OSSupportsIPv6, as with Socket.")]
    public static bool SupportsIPv6 => OSSupportsIPv6;

    /// <summary>
    /// The kernel's socket. Who asks for it before connecting or listening keeps this socket on TCP, so that what is
    /// done to the handle is not lost (<see cref="FallbackReason.KernelRequested"/>).
    /// </summary>
    /// <exception cref="NotSupportedException">Connected by RDMA, which has no file descriptor.</exception>
    /// <exception cref="ObjectDisposedException">The socket was closed.</exception>
    public SafeSocketHandle SafeHandle
    {
        get
        {
            lock (_gate)
            {
                ThrowIfDisposed();
                if (_rdma is not null)
                    throw new NotSupportedException("A connection by RDMA has no file descriptor.");
                Socket tcp = Tcp;
                if (!_listening && !tcp.Connected)
                    UseKernel(tcp, "its handle was asked for");
                return tcp.SafeHandle;
            }
        }
    }

    /// <inheritdoc cref="SafeHandle"/>
    public nint Handle => SafeHandle.DangerousGetHandle();

    /// <summary>Nothing: sockets on Linux have no overlapped I/O.</summary>
    [Obsolete("It has no effect, as with Socket.")]
    public bool UseOnlyOverlappedIO
    {
        get => false;
        set => _ = value;
    }

    /// <inheritdoc cref="Socket.DuplicateAndClose(int)"/>
    /// <exception cref="PlatformNotSupportedException">Always: Linux hands no sockets over.</exception>
    [SupportedOSPlatform("windows")]
    public SocketInformation DuplicateAndClose(int targetProcessId)
    {
        Dispose();
        throw new PlatformNotSupportedException("Linux hands no sockets over in this way.");
    }

    private void UseKernel(Socket socket, string detail)
    {
        _tcp = socket;
        (_reason, _detail) = (FallbackReason.KernelRequested, detail);
        if (!IsForTcp)
            _transport = FastTransport.Kernel;
    }
}
