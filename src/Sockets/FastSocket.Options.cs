using System.Net.Sockets;

namespace FastSockets;

public sealed partial class FastSocket
{
    /// <summary>False: synchronous calls that would wait throw WouldBlock instead. Default: true.</summary>
    /// <exception cref="ObjectDisposedException">Set after the socket was closed.</exception>
    public bool Blocking
    {
        get => _settings.Blocking;
        set
        {
            lock (_gate)
            {
                ThrowIfDisposed();
                _tcp?.Blocking = value;
                _settings.Blocking = value;
            }
        }
    }

    /// <summary>TCP's Nagle algorithm off. RDMA never holds data back; there the value is only kept.</summary>
    /// <exception cref="ObjectDisposedException">The socket was closed.</exception>
    public bool NoDelay
    {
        get
        {
            ThrowIfDisposed();
            return _tcp is { } tcp ? tcp.NoDelay : _settings.NoDelay;
        }
        set
        {
            lock (_gate)
            {
                ThrowIfDisposed();
                _tcp?.NoDelay = value;
                _settings.NoDelay = value;
            }
        }
    }

    /// <summary>Milliseconds that a synchronous send waits before TimedOut; 0 (or set to -1): for ever.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Set below -1.</exception>
    /// <exception cref="ObjectDisposedException">The socket was closed.</exception>
    public int SendTimeout
    {
        get
        {
            ThrowIfDisposed();
            return _tcp is { } tcp ? tcp.SendTimeout : _settings.SendTimeout;
        }
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, Timeout.Infinite);
            lock (_gate)
            {
                ThrowIfDisposed();
                _tcp?.SendTimeout = value;
                _settings.SendTimeout = Math.Max(0, value);
            }
        }
    }

    /// <summary>Milliseconds that a synchronous receive waits before TimedOut; 0 (or set to -1): for ever.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Set below -1.</exception>
    /// <exception cref="ObjectDisposedException">The socket was closed.</exception>
    public int ReceiveTimeout
    {
        get
        {
            ThrowIfDisposed();
            return _tcp is { } tcp ? tcp.ReceiveTimeout : _settings.ReceiveTimeout;
        }
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, Timeout.Infinite);
            lock (_gate)
            {
                ThrowIfDisposed();
                _tcp?.ReceiveTimeout = value;
                _settings.ReceiveTimeout = Math.Max(0, value);
            }
        }
    }

    /// <summary>
    /// What closing does with data not yet sent. Enabled with 0 seconds: drop it and reset the connection; with more:
    /// Close waits until it is sent, or resets the connection after so many seconds. Otherwise it is sent in the background.
    /// </summary>
    /// <exception cref="ArgumentNullException">Set to null.</exception>
    /// <exception cref="ArgumentException">LingerTime is below 0 or above 65535.</exception>
    /// <exception cref="ObjectDisposedException">The socket was closed.</exception>
    public LingerOption? LingerState
    {
        get
        {
            ThrowIfDisposed();
            return _tcp is { } tcp ? tcp.LingerState : _settings.Linger ?? new LingerOption(false, 0);
        }
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            if (value.LingerTime is < 0 or > ushort.MaxValue)
                throw new ArgumentException("LingerTime must be between 0 and 65535.", nameof(value));
            lock (_gate)
            {
                ThrowIfDisposed();
                _tcp?.LingerState = value;
                _settings.Linger = value;
            }
        }
    }

    /// <summary>Whether an IPv6 socket carries IPv4, too. Set it before binding or connecting.</summary>
    /// <exception cref="NotSupportedException">Set on an IPv4 socket.</exception>
    /// <exception cref="SocketException">TCP's: too late.</exception>
    /// <exception cref="ObjectDisposedException">The socket was closed.</exception>
    public bool DualMode
    {
        get
        {
            ThrowIfDisposed();
            return _settings.DualMode == true;
        }
        set
        {
            if (AddressFamily != AddressFamily.InterNetworkV6)
                throw new NotSupportedException("Only an IPv6 socket has a dual mode.");
            lock (_gate)
            {
                ThrowIfDisposed();
                ThrowIfRdma(SocketError.InvalidArgument);
                _tcp?.DualMode = value;
                _settings.DualMode = value;
            }
        }
    }

    /// <summary>
    /// TCP's send buffer in bytes. Over RDMA, where nothing is buffered but what waits for room, the bytes that a send leaves to be
    /// sent later; 32 KiB at most.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Set below 0.</exception>
    /// <exception cref="ObjectDisposedException">The socket was closed.</exception>
    public int SendBufferSize
    {
        get => BufferSize(_settings.SendBufferSize ?? FastSocketsOptions.SendBufferSize, static tcp => tcp.SendBufferSize);
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            lock (_gate)
            {
                ThrowIfDisposed();
                _tcp?.SendBufferSize = value;
                _settings.SendBufferSize = value;
                _rdma?.Connection.SendBuffer = value;
            }
        }
    }

    /// <summary>
    /// Bytes that the peer may send before they are received. Over RDMA at least 2 KiB; what accepted sockets get is the listener's
    /// at the time of Listen. Unset, it begins with 256 KiB and grows for a fast reader.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Set below 0.</exception>
    /// <exception cref="ObjectDisposedException">The socket was closed.</exception>
    public int ReceiveBufferSize
    {
        get => BufferSize(_settings.ReceiveBufferSize ?? _options.ReceiveBufferSize, static tcp => tcp.ReceiveBufferSize);
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            lock (_gate)
            {
                ThrowIfDisposed();
                _tcp?.ReceiveBufferSize = value;
                _settings.ReceiveBufferSize = value;
                _rdma?.Connection.ReceiveWindow = value;
            }
        }
    }

    /// <summary>The kernel's figure for TCP, twice what was set; over RDMA what was set, or the default.</summary>
    private int BufferSize(int ofRdma, Func<Socket, int> ofTcp)
    {
        ThrowIfDisposed();
        return _rdma is null ? ofTcp(Tcp) : ofRdma;
    }
}
