using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using FastSockets.Transport;

namespace FastSockets.Internal;

/// <summary>
/// A connection with the manners of a stream socket: flags, timeouts, would-block, peek, linger, and the exceptions
/// that <see cref="Socket"/> throws.
/// </summary>
internal sealed partial class RdmaStream(Connection connection, SocketSettings settings)
{
    private volatile bool _closed;
    private volatile bool _shutDown;

    public Connection Connection => connection;

    /// <summary>As <see cref="Socket.Connected"/>: false after any shutdown, and once the connection broke.</summary>
    public bool Connected => !_shutDown && !_closed && connection.IsAlive;

    /// <inheritdoc cref="Connection.WhenEnded"/>
    public void WhenEnded(IThreadPoolWorkItem work) => connection.WhenEnded(work);

    /// <inheritdoc cref="Connection.TryGiveUpSending"/>
    public bool TryGiveUpSending() => connection.TryGiveUpSending();

    public int Send(ReadOnlySpan<byte> data, SocketFlags flags)
    {
        int sent = TrySend(data, flags, out SocketError error);
        return error == SocketError.Success ? sent : throw new SocketException((int)error);
    }

    /// <summary>Sends all of it, though the socket be non-blocking.</summary>
    public void SendAll(ReadOnlySpan<byte> data)
    {
        TrySend(data, SocketFlags.None, isBlocking: true, out SocketError error);
        if (error != SocketError.Success)
            throw new SocketException((int)error);
    }

    public int Receive(Span<byte> buffer, SocketFlags flags)
    {
        int received = TryReceive(buffer, flags, out SocketError error);
        return error == SocketError.Success ? received : throw new SocketException((int)error);
    }

    /// <summary>Sends, waiting as the settings say; throws only what is not a socket's error.</summary>
    public int TrySend(ReadOnlySpan<byte> data, SocketFlags flags, out SocketError error) =>
        TrySend(data, flags, settings.Blocking, out error);

    private int TrySend(ReadOnlySpan<byte> data, SocketFlags flags, bool isBlocking, out SocketError error)
    {
        ThrowIfClosed();
        error = Unsupported(flags, SocketFlags.DontRoute);
        if (error != SocketError.Success)
            return 0;
        try
        {
            if (isBlocking)
                return connection.Send(data, Milliseconds(settings.SendTimeout));
            int sent = connection.TrySend(data);
            if (sent == 0 && !data.IsEmpty)
                error = SocketError.WouldBlock;
            return sent;
        }
        catch (SocketException exception)
        {
            error = ErrorOfBlockingCall(exception);
            return 0;
        }
        finally
        {
            GC.KeepAlive(this);
        }
    }

    /// <summary>Receives, waiting as the settings say; throws only what is not a socket's error.</summary>
    public int TryReceive(Span<byte> buffer, SocketFlags flags, out SocketError error)
    {
        ThrowIfClosed();
        error = Unsupported(flags, SocketFlags.Peek);
        if (error != SocketError.Success)
            return 0;
        try
        {
            int timeout = Milliseconds(settings.ReceiveTimeout);
            if (settings.Blocking)
                return flags == SocketFlags.None ? connection.Receive(buffer, timeout) : Peek(buffer, timeout);
            int received = flags == SocketFlags.None ? connection.TryReceive(buffer) : connection.TryPeek(buffer);
            if (received >= 0)
                return received;
            error = SocketError.WouldBlock;
            return 0;
        }
        catch (SocketException exception)
        {
            error = ErrorOfBlockingCall(exception);
            return 0;
        }
        finally
        {
            GC.KeepAlive(this);
        }
    }

    public ValueTask<int> SendAsync(ReadOnlyMemory<byte> data, SocketFlags flags, CancellationToken cancellation)
    {
        ThrowIfClosed();
        SocketError error = Unsupported(flags, SocketFlags.DontRoute);
        ValueTask<int> sending = error == SocketError.Success
            ? connection.SendAsync(data, cancellation)
            : ValueTask.FromException<int>(new SocketException((int)error));
        GC.KeepAlive(this);
        return sending;
    }

    public ValueTask<int> ReceiveAsync(Memory<byte> buffer, SocketFlags flags, CancellationToken cancellation)
    {
        ThrowIfClosed();
        SocketError error = Unsupported(flags, SocketFlags.Peek);
        if (error != SocketError.Success)
            return ValueTask.FromException<int>(new SocketException((int)error));
        ValueTask<int> receiving = flags == SocketFlags.None
            ? connection.ReceiveAsync(buffer, cancellation)
            : PeekAsync(buffer, cancellation);
        GC.KeepAlive(this);
        return receiving;
    }

    public void Shutdown(SocketShutdown how)
    {
        ThrowIfClosed();
        if (how is not (SocketShutdown.Receive or SocketShutdown.Send or SocketShutdown.Both))
            throw new SocketException((int)SocketError.InvalidArgument);
        _shutDown = true;
        try
        {
            if (how != SocketShutdown.Receive)
                connection.ShutdownSend();
            if (how != SocketShutdown.Send)
                connection.ShutdownReceive();
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.NotConnected)
        {
            // Reset by then: a Socket that was once connected does not say so here, either.
        }
    }

    /// <summary>Nobody holds this stream any more and nobody closed it: as a Socket's handle does then, it resets.</summary>
    ~RdmaStream()
    {
        // An asynchronous call that is under way refers to the connection, not to this. It is looked at again later.
        if (connection.IsWaitedFor)
            GC.ReRegisterForFinalize(this);
        else
            connection.Abort();
    }

    /// <summary>
    /// Closes as <see cref="Socket.Close(int)"/> does. -1: gracefully in the background, or as LingerState says; 0:
    /// reset; otherwise wait so many milliseconds for the peer's end, and reset if it did not come.
    /// </summary>
    [SuppressMessage("Usage", "CA1816", Justification = "This is the Dispose of this type.")]
    public void Close(int timeout)
    {
        if (_closed)
            return;
        LingerOption? linger = timeout < 0 && settings.Linger is { Enabled: true } option ? option : null;
        bool graceful = timeout < 0 ? linger is not { LingerTime: 0 } : timeout > 0 && PeerEndsWithin(timeout);
        _closed = true;
        GC.SuppressFinalize(this);
        if (!graceful)
        {
            connection.Abort();
            return;
        }
        connection.Dispose();
        if (linger is not null && !connection.WaitUntilSent(linger.LingerTime * 1000L))
            connection.Abort();
    }

    private bool PeerEndsWithin(int timeout)
    {
        try
        {
            connection.ShutdownSend();
            connection.Receive([], timeout);
            return connection.Available == 0;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private int Peek(Span<byte> buffer, int timeout)
    {
        long start = Stopwatch.GetTimestamp();
        int left = timeout;
        while (true)
        {
            int peeked = connection.TryPeek(buffer);
            if (peeked >= 0)
                return peeked;

            // Woken by data that another receiver may take first: look again.
            connection.Receive([], left);
            if (timeout >= 0)
                left = Math.Max(0, timeout - (int)Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> PeekAsync(Memory<byte> buffer, CancellationToken cancellation)
    {
        while (true)
        {
            int peeked = connection.TryPeek(buffer.Span);
            if (peeked >= 0)
                return peeked;
            await connection.ReceiveAsync(Memory<byte>.Empty, cancellation).ConfigureAwait(false);
        }
    }

    private void ThrowIfClosed() => ObjectDisposedException.ThrowIf(_closed, typeof(FastSocket));

    /// <summary>On a Socket, Close ends blocking calls in ConnectionAborted, others in OperationAborted.</summary>
    private SocketError ErrorOfBlockingCall(SocketException exception) =>
        _closed && exception.SocketErrorCode == SocketError.OperationAborted
            ? SocketError.ConnectionAborted
            : exception.SocketErrorCode;

    private static SocketError Unsupported(SocketFlags flags, SocketFlags supported) =>
        (flags & ~supported) == 0 ? SocketError.Success : SocketError.OperationNotSupported;

    private static int Milliseconds(int timeout) => timeout == 0 ? Timeout.Infinite : timeout;
}
