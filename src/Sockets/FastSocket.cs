using System.Net;
using System.Net.Sockets;
using FastSockets.Internal;
using FastSockets.Transport;
using Microsoft.Extensions.Logging;

namespace FastSockets;

/// <summary>
/// A stream socket that runs over RDMA where both ends can, and over TCP everywhere else. Its members do what
/// <see cref="Socket"/>'s of the same name do for stream sockets, and throw the same exceptions.
/// </summary>
/// <remarks>
/// One thread may send while another receives; several senders, or several receivers, are served in order.
/// <see cref="Dispose"/> and <see cref="Close()"/> may be called at any time, and end what waits. An RDMA connection
/// has no file descriptor of its own.
/// </remarks>
public sealed partial class FastSocket : IDisposable
{
    private readonly Lock _gate = new();
    private readonly FastSocketsOptions _options;
    private SocketSettings _settings = new();

    internal Connection? Connection => _rdma?.Connection;

    // At most one of these carries the stream: _rdma once connected by RDMA, else _tcp, made when first needed.
    private RdmaStream? _rdma;
    private Socket? _tcp;

    private FastTransport _transport;
    private FallbackReason _reason;
    private string _detail = string.Empty;
    private volatile bool _disposed;

    /// <summary>Creates a dual-mode IPv6 socket, or an IPv4 socket where the system has no IPv6.</summary>
    /// <param name="socketType">Anything but <see cref="SocketType.Stream"/> is left to the kernel.</param>
    /// <param name="protocolType">Anything but TCP (or unspecified) is left to the kernel.</param>
    /// <param name="options">Null: <see cref="FastSocketsOptions.Default"/>.</param>
    /// <exception cref="SocketException">The kernel knows no such socket.</exception>
    public FastSocket(SocketType socketType, ProtocolType protocolType, FastSocketsOptions? options = null)
        : this(DefaultFamily, socketType, protocolType, options)
    {
        if (AddressFamily == AddressFamily.InterNetworkV6)
            DualMode = true;
    }

    /// <summary>Creates a socket. One that is not for TCP is the kernel's, as a <see cref="Socket"/> is.</summary>
    /// <param name="addressFamily">An IPv6 socket is not dual-mode unless told so.</param>
    /// <param name="socketType">Anything but <see cref="SocketType.Stream"/> is left to the kernel.</param>
    /// <param name="protocolType">Anything but TCP (or unspecified) is left to the kernel.</param>
    /// <param name="options">Null: <see cref="FastSocketsOptions.Default"/>.</param>
    /// <exception cref="SocketException">The kernel knows no such socket.</exception>
    public FastSocket(
        AddressFamily addressFamily,
        SocketType socketType,
        ProtocolType protocolType,
        FastSocketsOptions? options = null)
    {
        AddressFamily = addressFamily;
        SocketType = socketType;
        ProtocolType = protocolType;
        _options = options ?? FastSocketsOptions.Default;
        if (!IsForTcp)
        {
            UseKernel(
                new Socket(addressFamily, socketType, protocolType), $"{addressFamily} {socketType} {protocolType}");
        }
    }

    /// <summary>What <paramref name="listener"/> is to accept into.</summary>
    private FastSocket(FastSocket listener)
    {
        AddressFamily = listener.AddressFamily;
        SocketType = listener.SocketType;
        ProtocolType = listener.ProtocolType;
        _options = listener._options;
    }

    /// <summary>The connection, if it is an RDMA one.</summary>
    internal RdmaStream? Rdma => _rdma;

    /// <summary>The socket of a connection by TCP.</summary>
    internal Socket TcpSocket => Tcp;

    /// <summary>What the constructor was given.</summary>
    public AddressFamily AddressFamily { get; }

    /// <summary>What the constructor was given.</summary>
    public SocketType SocketType { get; }

    /// <summary>What the constructor was given.</summary>
    public ProtocolType ProtocolType { get; }

    /// <summary>
    /// What this socket is connected by, or was before it closed. While listening, <see cref="FastTransport.Rdma"/>
    /// means by RDMA and TCP.
    /// </summary>
    public FastTransport Transport =>
        // A non-blocking connect by TCP is over when the kernel's socket says so.
        _transport == FastTransport.None && _tcp is { Connected: true } ? KernelTransport : _transport;

    /// <summary>Why this socket uses TCP; <see cref="FallbackReason.None"/> over RDMA and before the choice.</summary>
    public FallbackReason FallbackReason => _reason;

    /// <summary>A line for people: the transport, and the device or why there is none.</summary>
    public string FallbackDetail => Transport switch
    {
        FastTransport.Rdma when _rdma is { } rdma => $"RDMA by {rdma.Connection.Device}",
        FastTransport.Rdma => "RDMA and TCP",
        FastTransport.Tcp => $"TCP: {_detail}",
        FastTransport.Kernel => $"the kernel: {_detail}",
        _ => _reason == FallbackReason.None ? "no transport yet" : $"no RDMA: {_detail}",
    };

    /// <summary>
    /// Whether the last operation found it connected, as <see cref="Socket.Connected"/>: false after a shutdown, too.
    /// Over RDMA a reset by the peer shows at once, not with the next operation.
    /// </summary>
    public bool Connected => !_disposed && (_rdma is { } rdma ? rdma.Connected : _tcp is { Connected: true });

    /// <summary>The local address and port; null before either is known.</summary>
    /// <exception cref="ObjectDisposedException">The socket was closed.</exception>
    public EndPoint? LocalEndPoint
    {
        get
        {
            ThrowIfDisposed();
            if (_rdma is { } rdma)
                return AsOwnFamily(rdma.Connection.LocalEndPoint);
            EndPoint? local = _tcp?.LocalEndPoint;
            _portMayChange &= local is null;
            return local;
        }
    }

    /// <summary>The peer's address and port; null when not <see cref="Connected"/>.</summary>
    /// <exception cref="ObjectDisposedException">The socket was closed.</exception>
    public EndPoint? RemoteEndPoint
    {
        get
        {
            ThrowIfDisposed();
            if (_rdma is { } rdma)
                return rdma.Connected ? AsOwnFamily(rdma.Connection.RemoteEndPoint) : null;
            return _tcp?.RemoteEndPoint;
        }
    }

    /// <summary>Whether the socket is connected, listening, or bound to a local address.</summary>
    public bool IsBound => _rdma is not null || _tcp is { IsBound: true };

    private bool IsForTcp => SocketType == SocketType.Stream
        && AddressFamily is (AddressFamily.InterNetwork or AddressFamily.InterNetworkV6)
        && ProtocolType is (ProtocolType.Tcp or ProtocolType.Unspecified);

    /// <summary>What a socket of this kind has without RDMA.</summary>
    private FastTransport KernelTransport => IsForTcp ? FastTransport.Tcp : FastTransport.Kernel;

    private static AddressFamily DefaultFamily =>
        Socket.OSSupportsIPv6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork;

    /// <summary>
    /// The kernel's socket, made when first needed, with all settings. Whatever is not for RDMA is passed to it, wrong
    /// calls too: it knows best what to throw.
    /// </summary>
    private Socket Tcp
    {
        get
        {
            ThrowIfDisposed();
            return _tcp ?? CreateTcp();
        }
    }

    private ILogger Logger => _options.Logger;

    /// <summary>Closes as LingerState says: by default what was sent still goes out, in the background.</summary>
    public void Close() => Close(Timeout.Infinite);

    /// <summary>Closes, giving the peer up to <paramref name="timeout"/> to end its side.</summary>
    /// <param name="timeout">Milliseconds; 0 resets the connection; -1 is <see cref="Close()"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="timeout"/> is below -1.</exception>
    public void Close(int timeout)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(timeout, Timeout.Infinite);
        lock (_gate)
        {
            if (_disposed)
                return;
            _disposed = true;
        }

        // From here on nothing is added: whoever connects or listens looks at _disposed under the gate.
        _connecting?.Cancel();
        _listener?.Dispose();
        _rdma?.Close(timeout);
        _tcp?.Close(timeout);
    }

    /// <inheritdoc cref="Close()"/>
    public void Dispose() => Close();

    private Socket CreateTcp()
    {
        lock (_gate)
        {
            ThrowIfDisposed();
            return _tcp ??= NewTcp();
        }
    }

    private Socket NewTcp()
    {
        var socket = new Socket(AddressFamily, SocketType, ProtocolType);
        _settings.ApplyTo(socket);
        return socket;
    }

    /// <summary>An IPv6 socket shows IPv4 addresses mapped, as a dual-mode Socket does.</summary>
    private IPEndPoint AsOwnFamily(IPEndPoint endPoint) =>
        AddressFamily == AddressFamily.InterNetworkV6 && endPoint.AddressFamily == AddressFamily.InterNetwork
            ? new IPEndPoint(endPoint.Address.MapToIPv6(), endPoint.Port)
            : endPoint;

    private void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(_disposed, this);
}
