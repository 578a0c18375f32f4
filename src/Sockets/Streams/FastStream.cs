using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace FastSockets;

/// <summary>
/// A <see cref="FastSocket"/> as a stream: does what <see cref="NetworkStream"/> does with a <see cref="Socket"/>, and
/// throws the same: <see cref="IOException"/>s with the socket's exception inside.
/// </summary>
/// <remarks>One thread may read while another writes. A read into an empty buffer waits for data or the end.</remarks>
public class FastStream : Stream
{
    private readonly FastSocket _socket;
    private readonly bool _ownsSocket;
    private int _closeTimeout = Timeout.Infinite;
    private int _disposed;

    /// <inheritdoc cref="FastStream(FastSocket, FileAccess, bool)"/>
    public FastStream(FastSocket socket)
        : this(socket, FileAccess.ReadWrite, ownsSocket: false)
    {
    }

    /// <inheritdoc cref="FastStream(FastSocket, FileAccess, bool)"/>
    public FastStream(FastSocket socket, bool ownsSocket)
        : this(socket, FileAccess.ReadWrite, ownsSocket)
    {
    }

    /// <inheritdoc cref="FastStream(FastSocket, FileAccess, bool)"/>
    public FastStream(FastSocket socket, FileAccess access)
        : this(socket, access, ownsSocket: false)
    {
    }

    /// <summary>Makes a stream over a connected socket.</summary>
    /// <param name="socket">A connected, blocking stream socket.</param>
    /// <param name="access">What the stream is for.</param>
    /// <param name="ownsSocket">Closing the stream closes the socket.</param>
    /// <exception cref="IOException">The socket is not connected, non-blocking, or not a stream's.</exception>
    public FastStream(FastSocket socket, FileAccess access, bool ownsSocket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        if (!socket.Blocking)
            throw new IOException("The socket is non-blocking.");
        if (!socket.Connected)
            throw new IOException("The socket is not connected.");
        if (socket.SocketType != SocketType.Stream)
            throw new IOException("The socket is not for streams.");
        _socket = socket;
        _ownsSocket = ownsSocket;
        Readable = access != FileAccess.Write;
        Writeable = access != FileAccess.Read;
    }

    /// <summary>The socket beneath.</summary>
    public FastSocket Socket => _socket;

    /// <inheritdoc/>
    public override bool CanRead => Readable;

    /// <inheritdoc/>
    public override bool CanWrite => Writeable;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanTimeout => true;

    /// <summary>Whether a read would return at once.</summary>
    /// <exception cref="ObjectDisposedException">The stream or the socket was closed.</exception>
    public virtual bool DataAvailable
    {
        get
        {
            ThrowIfDisposed();
            return _socket.Available != 0;
        }
    }

    /// <summary>Not supported.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override long Length => throw NoSeeking();

    /// <summary>Not supported.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override long Position
    {
        get => throw NoSeeking();
        set => throw NoSeeking();
    }

    /// <summary>Milliseconds that a synchronous read waits; -1: for ever.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Set to 0 or below -1.</exception>
    public override int ReadTimeout
    {
        get => _socket.ReceiveTimeout is > 0 and int timeout ? timeout : Timeout.Infinite;
        set => _socket.ReceiveTimeout = ValidTimeout(value);
    }

    /// <summary>Milliseconds that a synchronous write waits; -1: for ever.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Set to 0 or below -1.</exception>
    public override int WriteTimeout
    {
        get => _socket.SendTimeout is > 0 and int timeout ? timeout : Timeout.Infinite;
        set => _socket.SendTimeout = ValidTimeout(value);
    }

    /// <summary>What <see cref="CanRead"/> says.</summary>
    protected bool Readable { get; set; }

    /// <summary>What <see cref="CanWrite"/> says.</summary>
    protected bool Writeable { get; set; }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count)
    {
        ValidateBufferArguments(buffer, offset, count);
        ThrowIfNotReadable();
        return Receive(buffer.AsSpan(offset, count));
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        // As NetworkStream: who derives may have overridden the form with an array only.
        if (GetType() != typeof(FastStream))
            return base.Read(buffer);
        ThrowIfNotReadable();
        return Receive(buffer);
    }

    /// <inheritdoc/>
    public override int ReadByte()
    {
        Span<byte> one = stackalloc byte[1];
        return Read(one) == 0 ? -1 : one[0];
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        ValidateBufferArguments(buffer, offset, count);
        ThrowIfNotReadable();
        return ReceiveAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
    }

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ThrowIfNotReadable();
        return ReceiveAsync(buffer, cancellationToken);
    }

    /// <inheritdoc/>
    public override IAsyncResult BeginRead(
        byte[] buffer, int offset, int count, AsyncCallback? callback, object? state)
    {
        ValidateBufferArguments(buffer, offset, count);
        ThrowIfNotReadable();
        return TaskToAsyncResult.Begin(
            ReceiveAsync(buffer.AsMemory(offset, count), CancellationToken.None).AsTask(), callback, state);
    }

    /// <inheritdoc/>
    public override int EndRead(IAsyncResult asyncResult)
    {
        ThrowIfDisposed();
        return TaskToAsyncResult.End<int>(asyncResult);
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count)
    {
        ValidateBufferArguments(buffer, offset, count);
        ThrowIfNotWriteable();
        Send(buffer.AsSpan(offset, count));
    }

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (GetType() != typeof(FastStream))
        {
            base.Write(buffer);
            return;
        }
        ThrowIfNotWriteable();
        Send(buffer);
    }

    /// <inheritdoc/>
    public override void WriteByte(byte value) => Write([value]);

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        ValidateBufferArguments(buffer, offset, count);
        ThrowIfNotWriteable();
        return SendAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
    }

    /// <inheritdoc/>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ThrowIfNotWriteable();
        return SendAsync(buffer, cancellationToken);
    }

    /// <inheritdoc/>
    public override IAsyncResult BeginWrite(
        byte[] buffer, int offset, int count, AsyncCallback? callback, object? state)
    {
        ValidateBufferArguments(buffer, offset, count);
        ThrowIfNotWriteable();
        return TaskToAsyncResult.Begin(
            SendAsync(buffer.AsMemory(offset, count), CancellationToken.None).AsTask(), callback, state);
    }

    /// <inheritdoc/>
    public override void EndWrite(IAsyncResult asyncResult)
    {
        ThrowIfDisposed();
        TaskToAsyncResult.End(asyncResult);
    }

    /// <summary>Nothing: a write has been sent when it returns.</summary>
    public override void Flush()
    {
    }

    /// <summary>Nothing: a write has been sent when it returns.</summary>
    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Not supported.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override long Seek(long offset, SeekOrigin origin) => throw NoSeeking();

    /// <summary>Not supported.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override void SetLength(long value) => throw NoSeeking();

    /// <summary>Closes, and an owned socket with <see cref="FastSocket.Close(int)"/>.</summary>
    /// <param name="timeout">Milliseconds; -1: <see cref="FastSocket.Close()"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">Below -1.</exception>
    public void Close(int timeout)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(timeout, Timeout.Infinite);
        _closeTimeout = timeout;
        Dispose();
    }

    /// <inheritdoc cref="Close(int)"/>
    /// <exception cref="ArgumentOutOfRangeException">Below -1 or above <see cref="int.MaxValue"/> milliseconds.</exception>
    public void Close(TimeSpan timeout)
    {
        long milliseconds = (long)timeout.TotalMilliseconds;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(milliseconds, int.MaxValue, nameof(timeout));
        Close((int)Math.Max(milliseconds, int.MinValue));
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0 && disposing)
        {
            Readable = Writeable = false;
            if (_ownsSocket)
            {
                _socket.ShutdownQuietly();
                _socket.Close(_closeTimeout);
            }
        }
        base.Dispose(disposing);
    }

    private int Receive(Span<byte> buffer)
    {
        try
        {
            return _socket.Receive(buffer, SocketFlags.None);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            throw ReadFailed(exception);
        }
    }

    private ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellation)
    {
        ValueTask<int> receiving;
        try
        {
            receiving = _socket.ReceiveAsync(buffer, SocketFlags.None, cancellation);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            throw ReadFailed(exception);
        }
        return receiving.IsCompletedSuccessfully ? receiving : WaitAsync(receiving);

        [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
        static async ValueTask<int> WaitAsync(ValueTask<int> receiving)
        {
            try
            {
                return await receiving.ConfigureAwait(false);
            }
            catch (SocketException exception)
            {
                throw ReadFailed(exception);
            }
        }
    }

    private void Send(ReadOnlySpan<byte> buffer)
    {
        try
        {
            _socket.Send(buffer, SocketFlags.None);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            throw WriteFailed(exception);
        }
    }

    private ValueTask SendAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellation)
    {
        ValueTask<int> sending;
        try
        {
            sending = _socket.SendAsync(buffer, SocketFlags.None, cancellation);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            throw WriteFailed(exception);
        }
        if (!sending.IsCompletedSuccessfully)
            return WaitAsync(sending);

        // Taken, for the source beneath to be used again.
        sending.GetAwaiter().GetResult();
        return ValueTask.CompletedTask;

        [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
        static async ValueTask WaitAsync(ValueTask<int> sending)
        {
            try
            {
                await sending.ConfigureAwait(false);
            }
            catch (SocketException exception)
            {
                throw WriteFailed(exception);
            }
        }
    }

    private void ThrowIfNotReadable()
    {
        // Looked at first: disposing ends it before anything else, and must not pass for a stream that never was for reading.
        bool canRead = CanRead;
        ThrowIfDisposed();
        if (!canRead)
            throw new InvalidOperationException("The stream is not for reading.");
    }

    private void ThrowIfNotWriteable()
    {
        bool canWrite = CanWrite;
        ThrowIfDisposed();
        if (!canWrite)
            throw new InvalidOperationException("The stream is not for writing.");
    }

    private void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(_disposed != 0, this);

    private static int ValidTimeout(int value) => value is > 0 or Timeout.Infinite
        ? value
        : throw new ArgumentOutOfRangeException(nameof(value), "A timeout is above 0, or infinite.");

    private static NotSupportedException NoSeeking() => new("The stream does not seek.");

    private static IOException ReadFailed(Exception exception) =>
        new($"Unable to read data from the transport connection: {exception.Message}.", exception);

    private static IOException WriteFailed(Exception exception) =>
        new($"Unable to write data to the transport connection: {exception.Message}.", exception);
}
