using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using FastSockets.Internal;

namespace FastSockets.Pipes;

/// <summary>
/// Writes into registered memory, which is posted as it is. A flush returns when its bytes are on their way or queued behind such; it
/// waits while <see cref="MaxUnderWay"/> sends are: that is the back-pressure. It gives its memory away with them, so a writer whose
/// sends are over holds none.
/// </summary>
internal sealed class RegisteredPipeWriter(RdmaStream stream, FastMemoryPool pool) : PipeWriter
{
    private const int BlockSize = 32 * 1024;
    private const int MaxUnderWay = 4;

    // Written and not flushed: full blocks, then the current one's beginning.
    private readonly Queue<(IMemoryOwner<byte> Block, int Length)> _full = new();
    private readonly PipeWake _wake = new();

    // Sends end on other threads: these are guarded by it.
    private readonly Lock _lock = new();
    private readonly Stack<BlockSend> _spares = new(MaxUnderWay);
    private int _underWay;
    private SocketError _error;
    private TaskCompletionSource? _room;

    private IMemoryOwner<byte>? _block;
    private int _end;
    private bool _isCompleted;

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => _full.Sum(full => (long)full.Length) + _end;

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        ThrowIfCompleted();
        ArgumentOutOfRangeException.ThrowIfNegative(sizeHint);
        sizeHint = Math.Max(1, sizeHint);
        if (_block is not null && _block.Memory.Length - _end < sizeHint)
            Retire();

        _block ??= sizeHint <= pool.MaxBufferSize ? pool.Rent(Math.Max(BlockSize, sizeHint)) : new PlainBlock(sizeHint);
        return _block.Memory[_end..];
    }

    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public override void Advance(int bytes)
    {
        ThrowIfCompleted();
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, _block is null ? 0 : _block.Memory.Length - _end);
        _end += bytes;
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        ThrowIfCompleted();
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<FlushResult>(cancellationToken);

        try
        {
            SendWritten();
            if (_wake.TakeCancel())
                return ValueTask.FromResult(new FlushResult(isCanceled: true, isCompleted: false));

            return RoomAsync() is { } room ? WaitAsync(room, cancellationToken) : ValueTask.FromResult(default(FlushResult));
        }
        catch (SocketException e)
        {
            return ValueTask.FromException<FlushResult>(new IOException(e.Message, e));
        }
        catch (ObjectDisposedException e)
        {
            return ValueTask.FromException<FlushResult>(e);
        }
    }

    public override void CancelPendingFlush() => _wake.Cancel();

    /// <summary>
    /// What was written is sent, and then the end of the stream; after an exception neither. A flush that waits may go on waiting
    /// meanwhile: it has nothing left to send.
    /// </summary>
    /// <param name="exception">What went wrong; null for nothing.</param>
    public override void Complete(Exception? exception = null)
    {
        if (_isCompleted)
            return;

        _isCompleted = true;
        try
        {
            if (exception is null)
            {
                SendWritten();
                stream.Connection.ShutdownSend();
            }
        }
        catch (SocketException)
        {
            // The peer is gone: there is nobody to tell, and whoever reads is told.
        }
        catch (ObjectDisposedException)
        {
        }

        while (_full.TryDequeue(out (IMemoryOwner<byte> Block, int) full))
            full.Block.Dispose();

        _block?.Dispose();
        _block = null;
        _end = 0;
    }

    /// <summary>A send is over, and its block given back. On any thread.</summary>
    public void OnEnded(BlockSend send, SocketError error)
    {
        TaskCompletionSource? room = null;
        lock (_lock)
        {
            // What follows a send that failed would arrive with a gap before it: the first failure stays.
            if (_error == SocketError.Success)
                _error = error;

            if (_spares.Count < MaxUnderWay)
                _spares.Push(send);

            if (--_underWay < MaxUnderWay || _error != SocketError.Success)
                (room, _room) = (_room, null);
        }

        room?.SetResult();
    }

    private void SendWritten()
    {
        lock (_lock)
            ThrowIfFailed();

        if (_end > 0)
            Retire();

        while (_full.TryDequeue(out (IMemoryOwner<byte> Block, int Length) full))
            Send(full.Block, full.Length);
    }

    private void Send(IMemoryOwner<byte> block, int length)
    {
        ValueTask<int> send;
        try
        {
            send = stream.Connection.SendPipelinedAsync(block.Memory[..length]);
        }
        catch (ObjectDisposedException)
        {
            block.Dispose();
            throw;
        }

        if (send.IsCompleted)
        {
            block.Dispose();
            send.GetAwaiter().GetResult();
            return;
        }

        BlockSend? underWay;
        lock (_lock)
        {
            _underWay++;
            _spares.TryPop(out underWay);
        }

        (underWay ?? new BlockSend(this)).Begin(send, block);
    }

    /// <summary>The current block is full, or to be sent.</summary>
    private void Retire()
    {
        if (_end > 0)
            _full.Enqueue((_block!, _end));
        else
            _block!.Dispose();

        _block = null;
        _end = 0;
    }

    /// <summary>Null: another send may begin. Else what to wait for before asking again.</summary>
    /// <exception cref="SocketException">A send has failed.</exception>
    private Task? RoomAsync()
    {
        lock (_lock)
        {
            ThrowIfFailed();
            if (_underWay < MaxUnderWay)
                return null;

            _room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _room.Task;
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<FlushResult> WaitAsync(Task room, CancellationToken cancellationToken)
    {
        using CancellationTokenRegistration registration = _wake.WakeOn(cancellationToken);
        for (Task? wait = room; wait is not null;)
        {
            try
            {
                await wait.WaitAsync(_wake.Token).ConfigureAwait(false);
                wait = RoomAsync();
            }
            catch (OperationCanceledException)
            {
                _wake.Renew();
                cancellationToken.ThrowIfCancellationRequested();
                if (_wake.TakeCancel())
                    return new FlushResult(isCanceled: true, isCompleted: false);
            }
            catch (SocketException e)
            {
                throw new IOException(e.Message, e);
            }
        }

        return default;
    }

    private void ThrowIfFailed()
    {
        if (_error != SocketError.Success)
            throw new SocketException((int)_error);
    }

    private void ThrowIfCompleted()
    {
        if (_isCompleted)
            throw new InvalidOperationException("Writing is not allowed after the writer was completed.");
    }
}
