using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace FastSockets;

/// <summary>
/// An operation of a <see cref="FastSocket"/> that is used again and again, as <see cref="SocketAsyncEventArgs"/> is
/// with a <see cref="Socket"/>. Sending from and receiving into one buffer allocates nothing in steady state.
/// </summary>
/// <remarks>
/// One operation at a time. Those of FastSocket that take it return false when they have completed at once: then
/// <see cref="Completed"/> is not raised. It is raised on a thread of the pool, in the context of the call.
/// </remarks>
public class FastSocketAsyncEventArgs : EventArgs, IDisposable
{
    private const int Free = 0;
    private const int InProgress = 1;
    private const int Disposed = 2;

    private readonly bool _suppressFlow;
    private readonly Action _whenDone;
    private ConfiguredValueTaskAwaitable<int>.ConfiguredValueTaskAwaiter _awaiter;
    private ExecutionContext? _context;
    private FastSocket? _socket;
    private CancellationTokenSource? _cancel;
    private int _state;
    private bool _disposeWhenDone;
    private SocketFlags _receivedFlags;
    private Memory<byte> _buffer;
    private byte[]? _array;
    private IList<ArraySegment<byte>>? _bufferList;
    private List<ArraySegment<byte>>? _buffers;

    /// <summary>Makes one that <see cref="Completed"/> sees the caller's context of.</summary>
    public FastSocketAsyncEventArgs()
        : this(false)
    {
    }

    /// <summary>Makes one.</summary>
    /// <param name="unsafeSuppressExecutionContextFlow">Raise <see cref="Completed"/> without the caller's context.</param>
    public FastSocketAsyncEventArgs(bool unsafeSuppressExecutionContextFlow)
    {
        _suppressFlow = unsafeSuppressExecutionContextFlow;
        _whenDone = WhenDone;
    }

    /// <summary>Raised when an operation has completed that did not at once.</summary>
    public event EventHandler<FastSocketAsyncEventArgs>? Completed;

    /// <summary>The socket to accept into, or null; then the one that was accepted.</summary>
    public FastSocket? AcceptSocket { get; set; }

    /// <summary>The array that was set as the buffer; null for other memory.</summary>
    public byte[]? Buffer => _array;

    /// <summary>The memory that was set as the buffer, all of it.</summary>
    public Memory<byte> MemoryBuffer => _buffer;

    /// <summary>Where the bytes begin in <see cref="MemoryBuffer"/>.</summary>
    public int Offset { get; private set; }

    /// <summary>How many bytes to send, or to receive at most.</summary>
    public int Count { get; private set; }

    /// <summary>Buffers to send or to fill, instead of one. The list is copied: what is done to it later is not seen.</summary>
    /// <exception cref="ArgumentException">Set while there is a buffer; a segment has no array.</exception>
    /// <exception cref="InvalidOperationException">Set while an operation is under way.</exception>
    public IList<ArraySegment<byte>>? BufferList
    {
        get => _bufferList;
        set
        {
            ThrowIfBusy();
            if (value is not null && HasBuffer)
                throw new ArgumentException("There is a buffer: there cannot be a list, too.", nameof(value));
            _buffers?.Clear();
            foreach (ArraySegment<byte> segment in value ?? [])
            {
                ArgumentNullException.ThrowIfNull(segment.Array, nameof(value));
                (_buffers ??= []).Add(segment);
            }
            _bufferList = value;
        }
    }

    /// <summary>The list as it was when it was set; null when there is none.</summary>
    internal IList<ArraySegment<byte>>? Buffers => _bufferList is null ? null : _buffers ??= [];

    /// <summary>The bytes to send, or where to receive, when there is no list.</summary>
    internal Memory<byte> Range => _buffer.Slice(Offset, Count);

    /// <summary>An empty array counts, as with <see cref="SocketAsyncEventArgs"/>.</summary>
    internal bool HasBuffer => !_buffer.Equals(default);

    /// <summary>Bytes sent or received by the last operation.</summary>
    public int BytesTransferred { get; private set; }

    /// <summary>Why connecting to a name failed.</summary>
    public Exception? ConnectByNameError { get; private set; }

    /// <summary>The socket that was connected; null when it was not.</summary>
    public FastSocket? ConnectSocket { get; private set; }

    /// <summary>For DisconnectAsync, and SendPacketsAsync's flags.</summary>
    public bool DisconnectReuseSocket { get; set; }

    /// <summary>What the last operation was.</summary>
    public SocketAsyncOperation LastOperation { get; private set; }

    /// <summary>Of the last message received: by the kernel only.</summary>
    public IPPacketInformation ReceiveMessageFromPacketInfo { get; private set; }

    /// <summary>Whom to connect to, or to send to; or whom was received from.</summary>
    public EndPoint? RemoteEndPoint { get; set; }

    /// <summary>What SendPacketsAsync sends.</summary>
    public SendPacketsElement[]? SendPacketsElements { get; set; }

    /// <summary>As with a Socket on Linux only <see cref="TransmitFileOptions.UseDefaultWorkerThread"/>.</summary>
    public TransmitFileOptions SendPacketsFlags { get; set; }

    /// <summary>Kept only: how large the pieces are is the transport's choice.</summary>
    public int SendPacketsSendSize { get; set; }

    /// <summary>How the last operation ended.</summary>
    public SocketError SocketError { get; set; }

    /// <summary>Flags of the operation; after it none, or those of the message received. Set them anew for the next.</summary>
    public SocketFlags SocketFlags { get; set; }

    /// <summary>The program's own.</summary>
    public object? UserToken { get; set; }

    /// <summary>Another range of the array that there is.</summary>
    /// <param name="offset">Where it begins.</param>
    /// <param name="count">How long it is.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range is not within the buffer.</exception>
    /// <exception cref="InvalidOperationException">An operation is under way, or the buffer is not an array.</exception>
    public void SetBuffer(int offset, int count)
    {
        ThrowIfBusy();
        if (!HasBuffer)
            return;
        ThrowIfOutside(_buffer.Length, offset, count);
        if (_array is null)
            throw new InvalidOperationException("The buffer was set as memory, not as an array with a range.");
        (Offset, Count) = (offset, count);
    }

    /// <summary>Sets the buffer.</summary>
    /// <param name="buffer">Null: none.</param>
    /// <param name="offset">Where the range begins.</param>
    /// <param name="count">How long it is.</param>
    /// <inheritdoc cref="SetBuffer(Memory{byte})"/>
    /// <exception cref="ArgumentOutOfRangeException">The range is not within the buffer.</exception>
    public void SetBuffer(byte[]? buffer, int offset, int count)
    {
        ThrowIfBusy();
        if (buffer is null)
            (offset, count) = (0, 0);
        else
        {
            ThrowIfListed();
            ThrowIfOutside(buffer.Length, offset, count);
        }
        (_array, _buffer, Offset, Count) = (buffer, buffer, offset, count);
    }

    /// <summary>Sets the buffer.</summary>
    /// <param name="buffer">Unchanged by the caller while an operation is under way.</param>
    /// <exception cref="ArgumentException">There is a list of buffers.</exception>
    /// <exception cref="InvalidOperationException">An operation is under way.</exception>
    public void SetBuffer(Memory<byte> buffer)
    {
        ThrowIfBusy();
        if (!buffer.IsEmpty)
            ThrowIfListed();
        (_array, _buffer, Offset, Count) = (null, buffer, 0, buffer.Length);
    }

    /// <summary>Ends its use: at once, or after the operation that is under way.</summary>
    public void Dispose()
    {
        _disposeWhenDone = true;
        Interlocked.CompareExchange(ref _state, Disposed, Free);
        GC.SuppressFinalize(this);
    }

    /// <summary>Raises <see cref="Completed"/>.</summary>
    /// <param name="e">This.</param>
    protected virtual void OnCompleted(FastSocketAsyncEventArgs e) => Completed?.Invoke(e._socket, e);

    /// <summary>
    /// Runs an operation. False: it has completed at once. What is wrong with the call is thrown, what befalls the
    /// socket is the <see cref="SocketError"/>.
    /// </summary>
    internal bool Run(
        SocketAsyncOperation operation,
        FastSocket socket,
        Func<FastSocket, FastSocketAsyncEventArgs, ValueTask<int>> start)
    {
        ThrowIfBusy();
        if (Interlocked.CompareExchange(ref _state, InProgress, Free) != Free)
            ThrowIfBusy();
        LastOperation = operation;
        _socket = socket;
        _receivedFlags = SocketFlags.None;
#pragma warning disable CA2012 // The task and its awaiter are used once, in Conclude.
        ValueTask<int> running;
        try
        {
            running = start(socket, this);
        }
        catch (SocketException exception)
        {
            running = ValueTask.FromException<int>(exception);
        }
        catch
        {
            Release();
            throw;
        }

        ConfiguredValueTaskAwaitable<int>.ConfiguredValueTaskAwaiter awaiter = running.ConfigureAwait(false).GetAwaiter();
#pragma warning restore CA2012
        if (awaiter.IsCompleted)
        {
            Conclude(awaiter);
            return false;
        }
        _context = _suppressFlow ? null : ExecutionContext.Capture();
        _awaiter = awaiter;

        // From here the operation may complete, and be begun anew, at any time: nothing of this is touched any more.
        awaiter.UnsafeOnCompleted(_whenDone);
        return true;
    }

    /// <summary>Runs an operation of the kernel's that names the peer, with what is set here, and takes its outcome over.</summary>
    internal ValueTask<int> RunByKernel(Func<SocketAsyncEventArgs, bool> begin)
    {
        var args = new SocketAsyncEventArgs(unsafeSuppressExecutionContextFlow: true)
        {
            RemoteEndPoint = RemoteEndPoint,
            SocketFlags = SocketFlags,
        };
        if (Buffers is { } buffers)
            args.BufferList = buffers;
        else
            args.SetBuffer(Range);
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        args.Completed += (_, _) => done.SetResult();
        return WaitAsync(begin(args) ? done.Task : Task.CompletedTask);

        async ValueTask<int> WaitAsync(Task ending)
        {
            using SocketAsyncEventArgs result = args;
            await ending.ConfigureAwait(false);
            if (result.SocketError != SocketError.Success)
                throw new SocketException((int)result.SocketError);
            (RemoteEndPoint, _receivedFlags) = (result.RemoteEndPoint, result.SocketFlags);
            ReceiveMessageFromPacketInfo = result.ReceiveMessageFromPacketInfo;
            return result.BytesTransferred;
        }
    }

    /// <summary>The token that <see cref="Cancel"/> cancels, for the connect that begins.</summary>
    internal CancellationToken BeginConnect()
    {
        ConnectSocket = null;
        return (_cancel = new CancellationTokenSource()).Token;
    }

    internal void Cancel() => _cancel?.Cancel();

    private void WhenDone()
    {
        ConfiguredValueTaskAwaitable<int>.ConfiguredValueTaskAwaiter awaiter = _awaiter;
        ExecutionContext? context = _context;
        (_awaiter, _context) = (default, null);
        Conclude(awaiter);
        if (context is null)
            OnCompleted(this);
        else
            ExecutionContext.Run(context, static self => ((FastSocketAsyncEventArgs)self!).OnCompleted(), this);
    }

    private void OnCompleted() => OnCompleted(this);

    private void Conclude(ConfiguredValueTaskAwaitable<int>.ConfiguredValueTaskAwaiter awaiter)
    {
        Exception? failure = null;
        try
        {
            BytesTransferred = awaiter.GetResult();
            SocketError = SocketError.Success;
        }
        catch (Exception exception)
        {
            failure = exception;
            BytesTransferred = 0;
            SocketError = exception switch
            {
                SocketException socket => socket.SocketErrorCode,
                OperationCanceledException or ObjectDisposedException => SocketError.OperationAborted,
                _ => SocketError.SocketError,
            };
        }

        SocketFlags = _receivedFlags;
        bool wasConnect = LastOperation == SocketAsyncOperation.Connect;
        if (wasConnect && failure is null)
            ConnectSocket = _socket;
        ConnectByNameError = wasConnect && RemoteEndPoint is DnsEndPoint ? failure : null;
        Release();
    }

    private void Release()
    {
        Volatile.Write(ref _state, Free);
        if (_disposeWhenDone)
            Dispose();
    }

    private void ThrowIfListed()
    {
        if (_bufferList is not null)
            throw new ArgumentException("There is a list of buffers: there cannot be a buffer, too.");
    }

    private static void ThrowIfOutside(int length, int offset, int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)offset, (uint)length, nameof(offset));
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, (uint)(length - offset), nameof(count));
    }

    private void ThrowIfBusy()
    {
        int state = Volatile.Read(ref _state);
        ObjectDisposedException.ThrowIf(state == Disposed, this);
        if (state == InProgress)
            throw new InvalidOperationException("An operation is under way with this instance.");
    }
}
