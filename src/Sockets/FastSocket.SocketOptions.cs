using System.Net.Sockets;
using System.Runtime.Versioning;

namespace FastSockets;

// Options by level and name. What a connection by RDMA has itself is honoured there; what only concerns the kernel's
// packets is kept, checked and answered by a socket of the kernel that stands in.
public sealed partial class FastSocket
{
    /// <summary>The time to live of the kernel's packets, 0 to 255. Over RDMA it is only kept.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Set below 0 or above 255.</exception>
    /// <exception cref="ObjectDisposedException">The socket was closed.</exception>
    public short Ttl
    {
        get => GetOption(static socket => socket.Ttl);
        set => SetOption(IpLevel, SocketOptionName.IpTimeToLive, socket => socket.Ttl = value);
    }

    /// <summary>Whether the kernel may not fragment its packets. Over RDMA it is only kept.</summary>
    /// <exception cref="NotSupportedException">Not an IPv4 socket.</exception>
    /// <exception cref="ObjectDisposedException">The socket was closed.</exception>
    public bool DontFragment
    {
        get => GetOption(static socket => socket.DontFragment);
        set => SetOption(SocketOptionLevel.IP, SocketOptionName.DontFragment, socket => socket.DontFragment = value);
    }

    /// <summary>Whether multicast comes back to the sender: for datagrams.</summary>
    /// <exception cref="ObjectDisposedException">The socket was closed.</exception>
    public bool MulticastLoopback
    {
        get => GetOption(static socket => socket.MulticastLoopback);
        set => SetOption(IpLevel, SocketOptionName.MulticastLoopback, socket => socket.MulticastLoopback = value);
    }

    /// <summary>Whether broadcasts may be sent: for datagrams.</summary>
    /// <exception cref="ObjectDisposedException">The socket was closed.</exception>
    public bool EnableBroadcast
    {
        get => GetOption(static socket => socket.EnableBroadcast);
        set => SetOption(
            SocketOptionLevel.Socket, SocketOptionName.Broadcast, socket => socket.EnableBroadcast = value);
    }

    /// <summary>Whether no other socket may bind to the same port.</summary>
    /// <exception cref="InvalidOperationException">Set after the socket was bound.</exception>
    /// <exception cref="ObjectDisposedException">The socket was closed.</exception>
    public bool ExclusiveAddressUse
    {
        get => GetOption(static socket => socket.ExclusiveAddressUse);
        set
        {
            if (IsBound)
                throw new InvalidOperationException("The socket must not be bound or connected.");
            SetOption(
                SocketOptionLevel.Socket,
                SocketOptionName.ExclusiveAddressUse,
                socket => socket.ExclusiveAddressUse = value);
        }
    }

    private SocketOptionLevel IpLevel =>
        AddressFamily == AddressFamily.InterNetworkV6 ? SocketOptionLevel.IPv6 : SocketOptionLevel.IP;

    /// <summary>Sets an option.</summary>
    /// <param name="optionLevel">The level.</param>
    /// <param name="optionName">The name.</param>
    /// <param name="optionValue">The value.</param>
    /// <exception cref="SocketException">The kernel has no such option, or not with this value.</exception>
    /// <exception cref="NotSupportedException">It has no meaning for the connection by RDMA that this is.</exception>
    /// <exception cref="ObjectDisposedException">The socket was closed.</exception>
    public void SetSocketOption(SocketOptionLevel optionLevel, SocketOptionName optionName, int optionValue)
    {
        switch (optionLevel, optionName)
        {
            case (SocketOptionLevel.Socket, SocketOptionName.SendTimeout) when optionValue >= 0:
                SendTimeout = optionValue;
                break;
            case (SocketOptionLevel.Socket, SocketOptionName.ReceiveTimeout) when optionValue >= 0:
                ReceiveTimeout = optionValue;
                break;
            case (SocketOptionLevel.Socket, SocketOptionName.SendBuffer) when optionValue >= 0:
                SendBufferSize = optionValue;
                break;
            case (SocketOptionLevel.Socket, SocketOptionName.ReceiveBuffer) when optionValue >= 0:
                ReceiveBufferSize = optionValue;
                break;
            case (SocketOptionLevel.Tcp, SocketOptionName.NoDelay) when IsForTcp:
                NoDelay = optionValue != 0;
                break;
            case (SocketOptionLevel.IPv6, SocketOptionName.IPv6Only) when AddressFamily == AddressFamily.InterNetworkV6:
                DualMode = optionValue == 0;
                break;
            default:
                SetOption(
                    optionLevel, optionName, socket => socket.SetSocketOption(optionLevel, optionName, optionValue));
                break;
        }
    }

    /// <inheritdoc cref="SetSocketOption(SocketOptionLevel, SocketOptionName, int)"/>
    public void SetSocketOption(SocketOptionLevel optionLevel, SocketOptionName optionName, bool optionValue) =>
        SetSocketOption(optionLevel, optionName, optionValue ? 1 : 0);

    /// <inheritdoc cref="SetSocketOption(SocketOptionLevel, SocketOptionName, int)"/>
    /// <param name="optionLevel">The level.</param>
    /// <param name="optionName">The name.</param>
    /// <param name="optionValue">As setsockopt(2) takes it.</param>
    public void SetSocketOption(SocketOptionLevel optionLevel, SocketOptionName optionName, byte[] optionValue)
    {
        // A time-out is a timeval here, which Socket leaves to the kernel and does not heed either.
        bool isTimeout = optionLevel == SocketOptionLevel.Socket
            && optionName is (SocketOptionName.SendTimeout or SocketOptionName.ReceiveTimeout);
        if (LingerIn(optionLevel, optionName, optionValue) is { } linger)
            LingerState = linger;
        else if (optionValue is { Length: sizeof(int) } && !isTimeout)
            SetSocketOption(optionLevel, optionName, BitConverter.ToInt32(optionValue));
        else
            SetOption(optionLevel, optionName, socket => socket.SetSocketOption(optionLevel, optionName, optionValue));
    }

    /// <inheritdoc cref="SetSocketOption(SocketOptionLevel, SocketOptionName, int)"/>
    /// <param name="optionLevel">The level.</param>
    /// <param name="optionName">Linger, or a membership of a multicast group.</param>
    /// <param name="optionValue">A <see cref="LingerOption"/>, <see cref="MulticastOption"/>, ...</param>
    /// <exception cref="ArgumentException">The value is not one for this option.</exception>
    public void SetSocketOption(SocketOptionLevel optionLevel, SocketOptionName optionName, object optionValue)
    {
        ArgumentNullException.ThrowIfNull(optionValue);
        if ((optionLevel, optionName, optionValue) is
            (SocketOptionLevel.Socket, SocketOptionName.Linger, LingerOption linger))
            LingerState = linger;
        else
            SetOption(optionLevel, optionName, socket => socket.SetSocketOption(optionLevel, optionName, optionValue));
    }

    /// <summary>Gets an option.</summary>
    /// <param name="optionLevel">The level.</param>
    /// <param name="optionName">The name.</param>
    /// <returns>An <see cref="int"/>, a <see cref="LingerOption"/>, ...</returns>
    /// <exception cref="SocketException">The kernel has no such option.</exception>
    /// <exception cref="ObjectDisposedException">The socket was closed.</exception>
    public object? GetSocketOption(SocketOptionLevel optionLevel, SocketOptionName optionName)
    {
        ThrowIfDisposed();
        return OwnOption(optionLevel, optionName)
            ?? GetOption(socket => socket.GetSocketOption(optionLevel, optionName));
    }

    /// <inheritdoc cref="GetSocketOption(SocketOptionLevel, SocketOptionName)"/>
    /// <param name="optionLevel">The level.</param>
    /// <param name="optionName">The name.</param>
    /// <param name="optionValue">Where the value goes, as getsockopt(2) gives it.</param>
    public void GetSocketOption(SocketOptionLevel optionLevel, SocketOptionName optionName, byte[] optionValue)
    {
        ThrowIfDisposed();
        if (optionValue is { Length: >= sizeof(int) } && OwnOption(optionLevel, optionName) is int own)
            BitConverter.TryWriteBytes(optionValue, own);
        else
            GetOption(socket =>
            {
                socket.GetSocketOption(optionLevel, optionName, optionValue);
                return true;
            });
    }

    /// <inheritdoc cref="GetSocketOption(SocketOptionLevel, SocketOptionName)"/>
    /// <param name="optionLevel">The level.</param>
    /// <param name="optionName">The name.</param>
    /// <param name="optionLength">The size of the value in bytes.</param>
    /// <returns>The value as getsockopt(2) gives it.</returns>
    public byte[] GetSocketOption(SocketOptionLevel optionLevel, SocketOptionName optionName, int optionLength)
    {
        ThrowIfDisposed();
        return optionLength == sizeof(int) && OwnOption(optionLevel, optionName) is int own
            ? BitConverter.GetBytes(own)
            : GetOption(socket => socket.GetSocketOption(optionLevel, optionName, optionLength));
    }

    /// <summary>Gets an option by the system's own numbers.</summary>
    /// <inheritdoc cref="Socket.GetRawSocketOption(int, int, Span{byte})"/>
    /// <exception cref="NotSupportedException">Connected by RDMA: there is no socket of the kernel to ask.</exception>
    public int GetRawSocketOption(int optionLevel, int optionName, Span<byte> optionValue)
    {
        ThrowIfDisposed();
        ThrowIfNoKernelSocket("A raw option");
        return Tcp.GetRawSocketOption(optionLevel, optionName, optionValue);
    }

    /// <summary>
    /// Sets an option by the system's own numbers. Before connecting or listening this keeps the socket on TCP, as
    /// <see cref="SafeHandle"/> does.
    /// </summary>
    /// <inheritdoc cref="Socket.SetRawSocketOption(int, int, ReadOnlySpan{byte})"/>
    /// <exception cref="NotSupportedException">Connected by RDMA: there is no socket of the kernel to tell.</exception>
    public void SetRawSocketOption(int optionLevel, int optionName, ReadOnlySpan<byte> optionValue)
    {
        lock (_gate)
        {
            ThrowIfDisposed();
            ThrowIfNoKernelSocket("A raw option");
            Socket tcp = Tcp;
            tcp.SetRawSocketOption(optionLevel, optionName, optionValue);
            if (!_listening && !tcp.Connected)
                UseKernel(tcp, "a raw option was set");
        }
    }

    /// <inheritdoc cref="IOControl(int, byte[], byte[])"/>
    public int IOControl(IOControlCode ioControlCode, byte[]? optionInValue, byte[]? optionOutValue) =>
        IOControl(unchecked((int)ioControlCode), optionInValue, optionOutValue);

    /// <summary>As with <see cref="Socket"/> on Linux only DataToRead and OobDataRead.</summary>
    /// <param name="ioControlCode">The code.</param>
    /// <param name="optionInValue">Not used.</param>
    /// <param name="optionOutValue">Four bytes for the answer.</param>
    /// <returns>The size of the answer in bytes.</returns>
    /// <exception cref="InvalidOperationException">NonBlockingIO: use <see cref="Blocking"/>.</exception>
    /// <exception cref="PlatformNotSupportedException">Any other code.</exception>
    /// <exception cref="SocketException">Fault: there is no room for the answer.</exception>
    /// <exception cref="ObjectDisposedException">The socket was closed.</exception>
    public int IOControl(int ioControlCode, byte[]? optionInValue, byte[]? optionOutValue)
    {
        ThrowIfDisposed();
        if (_rdma is not { } rdma || ioControlCode != unchecked((int)IOControlCode.DataToRead))
            return GetOption(socket => socket.IOControl(ioControlCode, optionInValue, optionOutValue));
        return BitConverter.TryWriteBytes(optionOutValue, rdma.Connection.Available)
            ? sizeof(int)
            : throw new SocketException((int)SocketError.Fault);
    }

    /// <inheritdoc cref="Socket.SetIPProtectionLevel(IPProtectionLevel)"/>
    /// <exception cref="PlatformNotSupportedException">Always: Linux has none.</exception>
    [SupportedOSPlatform("windows")]
    public void SetIPProtectionLevel(IPProtectionLevel level)
    {
        ThrowIfDisposed();
        if (level == IPProtectionLevel.Unspecified)
            throw new ArgumentException("A level must be given.", nameof(level));
        throw new PlatformNotSupportedException("Linux has no protection levels.");
    }

    /// <summary>The struct linger that socket(7) describes, if it is one: whether, and how many seconds.</summary>
    private static LingerOption? LingerIn(SocketOptionLevel level, SocketOptionName name, byte[]? value) =>
        (level, name, value) is (SocketOptionLevel.Socket, SocketOptionName.Linger, { Length: 2 * sizeof(int) })
        && BitConverter.ToInt32(value, sizeof(int)) is >= 0 and <= ushort.MaxValue and int seconds
            ? new LingerOption(BitConverter.ToInt32(value) != 0, seconds)
            : null;

    /// <summary>What a connection by RDMA answers itself; null: the kernel knows.</summary>
    private object? OwnOption(SocketOptionLevel level, SocketOptionName name) => (level, name) switch
    {
        (SocketOptionLevel.Socket, SocketOptionName.Error) when TakeConnectError() is { } error => (int)error,
        (SocketOptionLevel.Socket, SocketOptionName.Error) when _rdma is { } rdma => (int)rdma.Connection.TakeError(),
        (SocketOptionLevel.Socket, SocketOptionName.SendBuffer) when _rdma is not null => SendBufferSize,
        (SocketOptionLevel.Socket, SocketOptionName.ReceiveBuffer) when _rdma is not null => ReceiveBufferSize,
        _ => null,
    };

    /// <summary>How a non-blocking connect failed: told once, as the kernel does.</summary>
    private SocketError? TakeConnectError()
    {
        if (_connectingInBackground is not { IsFaulted: true } failed)
            return null;
        _connectingInBackground = null;
        return (failed.Exception.GetBaseException() as SocketException)?.SocketErrorCode;
    }

    private T GetOption<T>(Func<Socket, T> get)
    {
        ThrowIfDisposed();
        if (_rdma is null)
            return get(Tcp);
        using Socket standIn = NewTcp();
        return get(standIn);
    }

    private void SetOption(SocketOptionLevel level, SocketOptionName name, Action<Socket> set)
    {
        lock (_gate)
        {
            ThrowIfDisposed();
            if (_rdma is null)
                set(Tcp);
            else
                SetOnStandIn(level, name, set);
            _settings.Others = _settings.Others.SetItem((level, name), set);
        }
    }

    private void SetOnStandIn(SocketOptionLevel level, SocketOptionName name, Action<Socket> set)
    {
        if (name is (SocketOptionName.AddMembership or SocketOptionName.DropMembership
            or SocketOptionName.AddSourceMembership or SocketOptionName.DropSourceMembership)
            && level is (SocketOptionLevel.IP or SocketOptionLevel.IPv6))
            ThrowIfNoKernelSocket($"{level} {name}");
        using Socket standIn = NewTcp();
        set(standIn);
    }

    private void ThrowIfNoKernelSocket(string what)
    {
        if (_rdma is not null)
            throw new NotSupportedException($"{what} concerns a socket of the kernel; a connection by RDMA has none.");
    }
}
