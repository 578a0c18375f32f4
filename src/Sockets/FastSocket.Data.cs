using System.Net.Sockets;
using FastSockets.Internal;

namespace FastSockets;

public sealed partial class FastSocket
{
    /// <summary>How many bytes can be received without waiting.</summary>
    /// <exception cref="ObjectDisposedException">The socket was closed.</exception>
    public int Available
    {
        get
        {
            ThrowIfDisposed();
            return _rdma is { } rdma ? rdma.Connection.Available : Tcp.Available;
        }
    }

    /// <summary>On a listening Socket a receive would queue behind the accept that waits there.</summary>
    private Socket TcpToReceive =>
        _listener is null ? Tcp : throw new SocketException((int)SocketError.NotConnected);

    /// <inheritdoc cref="Send(ReadOnlySpan{byte}, SocketFlags)"/>
    public int Send(byte[] buffer) => Send(buffer, SocketFlags.None);

    /// <inheritdoc cref="Send(ReadOnlySpan{byte}, SocketFlags)"/>
    public int Send(byte[] buffer, SocketFlags socketFlags)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        return Send(buffer.AsSpan(), socketFlags);
    }

    /// <inheritdoc cref="Send(byte[], int, int, SocketFlags)"/>
    public int Send(byte[] buffer, int size, SocketFlags socketFlags) => Send(buffer, 0, size, socketFlags);

    /// <inheritdoc cref="Send(ReadOnlySpan{byte}, SocketFlags)"/>
    /// <exception cref="ArgumentOutOfRangeException">The range is not within <paramref name="buffer"/>.</exception>
    public int Send(byte[] buffer, int offset, int size, SocketFlags socketFlags)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        return Send(buffer.AsSpan(offset, size), socketFlags);
    }

    /// <inheritdoc cref="Send(ReadOnlySpan{byte}, SocketFlags, out SocketError)"/>
    /// <exception cref="ArgumentOutOfRangeException">The range is not within <paramref name="buffer"/>.</exception>
    public int Send(byte[] buffer, int offset, int size, SocketFlags socketFlags, out SocketError errorCode)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        return Send(buffer.AsSpan(offset, size), socketFlags, out errorCode);
    }

    /// <inheritdoc cref="Send(ReadOnlySpan{byte}, SocketFlags)"/>
    public int Send(ReadOnlySpan<byte> buffer) => Send(buffer, SocketFlags.None);

    /// <summary>
    /// Sends all of <paramref name="buffer"/>; a non-blocking socket sends what it can. The memory is the caller's
    /// again on return.
    /// </summary>
    /// <param name="buffer">The bytes.</param>
    /// <param name="socketFlags">Over RDMA only None and DontRoute.</param>
    /// <returns>The number of bytes sent.</returns>
    /// <exception cref="SocketException">
    /// Shutdown (sending has ended), ConnectionReset, TimedOut, WouldBlock, OperationNotSupported (a flag), ...
    /// </exception>
    /// <exception cref="ObjectDisposedException">The socket was closed.</exception>
    public int Send(ReadOnlySpan<byte> buffer, SocketFlags socketFlags) =>
        _rdma is { } rdma ? rdma.Send(buffer, socketFlags) : Tcp.Send(buffer, socketFlags);

    /// <summary>
    /// As <see cref="Send(ReadOnlySpan{byte}, SocketFlags)"/>, with the socket's error returned, not thrown.
    /// </summary>
    public int Send(ReadOnlySpan<byte> buffer, SocketFlags socketFlags, out SocketError errorCode) =>
        _rdma is { } rdma
            ? rdma.TrySend(buffer, socketFlags, out errorCode)
            : Tcp.Send(buffer, socketFlags, out errorCode);

    /// <inheritdoc cref="SendAsync(ReadOnlyMemory{byte}, SocketFlags, CancellationToken)"/>
    public ValueTask<int> SendAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        SendAsync(buffer, SocketFlags.None, cancellationToken);

    /// <summary>
    /// Sends all of <paramref name="buffer"/>, which must stay unchanged until completion. No allocation per call in
    /// steady state; <see cref="SendTimeout"/> does not apply.
    /// </summary>
    /// <param name="buffer">The bytes.</param>
    /// <param name="socketFlags">Over RDMA only None and DontRoute.</param>
    /// <param name="cancellationToken">Ends the wait; some of the bytes may have been sent.</param>
    /// <returns>The number of bytes sent.</returns>
    /// <exception cref="SocketException">As Send's; OperationAborted: closed meanwhile.</exception>
    /// <exception cref="OperationCanceledException">By the token.</exception>
    /// <exception cref="ObjectDisposedException">The socket was closed.</exception>
    public ValueTask<int> SendAsync(
        ReadOnlyMemory<byte> buffer,
        SocketFlags socketFlags,
        CancellationToken cancellationToken = default) =>
        _rdma is { } rdma
            ? rdma.SendAsync(buffer, socketFlags, cancellationToken)
            : Tcp.SendAsync(buffer, socketFlags, cancellationToken);

    /// <inheritdoc cref="Receive(Span{byte}, SocketFlags)"/>
    public int Receive(byte[] buffer) => Receive(buffer, SocketFlags.None);

    /// <inheritdoc cref="Receive(Span{byte}, SocketFlags)"/>
    public int Receive(byte[] buffer, SocketFlags socketFlags)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        return Receive(buffer.AsSpan(), socketFlags);
    }

    /// <inheritdoc cref="Receive(byte[], int, int, SocketFlags)"/>
    public int Receive(byte[] buffer, int size, SocketFlags socketFlags) => Receive(buffer, 0, size, socketFlags);

    /// <inheritdoc cref="Receive(Span{byte}, SocketFlags)"/>
    /// <exception cref="ArgumentOutOfRangeException">The range is not within <paramref name="buffer"/>.</exception>
    public int Receive(byte[] buffer, int offset, int size, SocketFlags socketFlags)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        return Receive(buffer.AsSpan(offset, size), socketFlags);
    }

    /// <inheritdoc cref="Receive(Span{byte}, SocketFlags, out SocketError)"/>
    /// <exception cref="ArgumentOutOfRangeException">The range is not within <paramref name="buffer"/>.</exception>
    public int Receive(byte[] buffer, int offset, int size, SocketFlags socketFlags, out SocketError errorCode)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        return Receive(buffer.AsSpan(offset, size), socketFlags, out errorCode);
    }

    /// <inheritdoc cref="Receive(Span{byte}, SocketFlags)"/>
    public int Receive(Span<byte> buffer) => Receive(buffer, SocketFlags.None);

    /// <summary>Receives what is there, waiting for the first byte or the end of the stream.</summary>
    /// <param name="buffer">Where the bytes go; an empty one waits until there is something to receive.</param>
    /// <param name="socketFlags">Over RDMA only None and Peek.</param>
    /// <returns>The number of bytes received; 0 at the end of the stream.</returns>
    /// <exception cref="SocketException">
    /// ConnectionReset, TimedOut, WouldBlock, NotConnected, ConnectionAborted (closed meanwhile), OperationNotSupported
    /// (a flag), ...
    /// </exception>
    /// <exception cref="ObjectDisposedException">The socket was closed.</exception>
    public int Receive(Span<byte> buffer, SocketFlags socketFlags) =>
        _rdma is { } rdma ? rdma.Receive(buffer, socketFlags) : TcpToReceive.Receive(buffer, socketFlags);

    /// <summary>
    /// As <see cref="Receive(Span{byte}, SocketFlags)"/>, with the socket's error returned, not thrown.
    /// </summary>
    public int Receive(Span<byte> buffer, SocketFlags socketFlags, out SocketError errorCode) =>
        _rdma is { } rdma
            ? rdma.TryReceive(buffer, socketFlags, out errorCode)
            : TcpToReceive.Receive(buffer, socketFlags, out errorCode);

    /// <inheritdoc cref="ReceiveAsync(Memory{byte}, SocketFlags, CancellationToken)"/>
    public ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        ReceiveAsync(buffer, SocketFlags.None, cancellationToken);

    /// <summary>
    /// Receives what is there, waiting for the first byte or the end of the stream. No allocation per call in steady
    /// state; <see cref="ReceiveTimeout"/> does not apply.
    /// </summary>
    /// <param name="buffer">Where the bytes go; an empty one waits until there is something to receive.</param>
    /// <param name="socketFlags">Over RDMA only None and Peek.</param>
    /// <param name="cancellationToken">Ends the wait; nothing is lost.</param>
    /// <returns>The number of bytes received; 0 at the end of the stream.</returns>
    /// <exception cref="SocketException">As Receive's; OperationAborted: closed meanwhile.</exception>
    /// <exception cref="OperationCanceledException">By the token.</exception>
    /// <exception cref="ObjectDisposedException">The socket was closed.</exception>
    public ValueTask<int> ReceiveAsync(
        Memory<byte> buffer,
        SocketFlags socketFlags,
        CancellationToken cancellationToken = default) =>
        _rdma is { } rdma
            ? rdma.ReceiveAsync(buffer, socketFlags, cancellationToken)
            : TcpToReceive.ReceiveAsync(buffer, socketFlags, cancellationToken);

    /// <summary>Ends a direction. After Send or Both the peer reads to the end of what was sent, then 0.</summary>
    /// <param name="how">Which direction.</param>
    /// <exception cref="SocketException">NotConnected; InvalidArgument for another value.</exception>
    /// <exception cref="ObjectDisposedException">The socket was closed.</exception>
    public void Shutdown(SocketShutdown how)
    {
        if (_rdma is { } rdma)
            rdma.Shutdown(how);
        else
            Tcp.Shutdown(how);
    }
}
