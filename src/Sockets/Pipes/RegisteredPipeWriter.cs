using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using FastSockets.Internal;

namespace FastSockets.Pipes;

/// <summary>
/// Writes into registered memory, which is posted as it is. A flush returns when its bytes are on their way or queued behind such; it
/// waits while the connection has no room for another: that is the back-pressure. It gives its memory away with its sends, so a writer
/// whose sends are over holds none; where nothing else happens, that is seen within half a second.
/// </summary>
internal sealed class RegisteredPipeWriter(RdmaStream stream, FastMemoryPool pool) : PipeWriter
{
    private const int BlockSize = 32 * 1024;

    /// <summary>As many as there is room for; one large flush may have more under way.</summary>
    private const int MostSpares = 4;

    // Written and not flushed: full blocks, then the current one's beginning.
    private readonly Queue<(IMemoryOwner<byte> Block, int Length)> _full = new();
    private readonly PipeWake _wake = new();

    // Sends end on other threads, under the link's lock: these are guarded by it, and nothing is called under it.
    private readonly Lock _lock = new();
    private readonly Stack<BlockSend> _spares = new(MostSpares);
    private SocketError _error;

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

            return stream.Connection.HasRoom ? ValueTask.FromResult(default(FlushResult)) : WaitAsync(cancellationToken);
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
        lock (_lock)
        {
            // What follows a send that failed would arrive with a gap before it: the first failure stays.
            if (_error == SocketError.Success)
                _error = error;

            if (_spares.Count < MostSpares)
                _spares.Push(send);
        }
    }

    private void SendWritten()
    {
        ThrowIfFailed();
        if (_end > 0)
            Retire();

        while (_full.TryDequeue(out (IMemoryOwner<byte> Block, int Length) full))
            Send(full.Block, full.Length);
    }

    private void Send(IMemoryOwner<byte> block, int length)
    {
        BlockSend? send;
        lock (_lock)
            _spares.TryPop(out send);

        send ??= new BlockSend(this);
        send.Block = block;
        bool isUnderWay = false;
        try
        {
            isUnderWay = stream.Connection.SendPipelined(block.Memory[..length], send);
        }
        finally
        {
            if (!isUnderWay)
                send.OnSent(SocketError.Success);
        }
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

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<FlushResult> WaitAsync(CancellationToken cancellationToken)
    {
        using CancellationTokenRegistration registration = _wake.WakeOn(cancellationToken);
        while (true)
        {
            try
            {
                await stream.Connection.WaitForRoomAsync(_wake.Token).ConfigureAwait(false);
                ThrowIfFailed();
                return default;
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
    }

    private void ThrowIfFailed()
    {
        SocketError error;
        lock (_lock)
            error = _error;

        if (error != SocketError.Success)
            throw new SocketException((int)error);
    }

    private void ThrowIfCompleted()
    {
        if (_isCompleted)
            throw new InvalidOperationException("Writing is not allowed after the writer was completed.");
    }
}
