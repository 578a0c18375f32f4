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

    // Sends in order, each with its block, which may be used again only then.
    private readonly Queue<(ValueTask<int> Send, IMemoryOwner<byte> Block)> _underWay = new(MaxUnderWay + 1);
    private readonly PipeWake _wake = new();
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

        _block ??= pool.Rent(Math.Max(BlockSize, sizeHint));
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

            return _underWay.Count < MaxUnderWay ? ValueTask.FromResult(default(FlushResult)) : WaitAsync(cancellationToken);
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

    /// <summary>What was written is sent, and then the end of the stream; after an exception neither.</summary>
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
        _ = ReleaseAsync();
    }

    private void SendWritten()
    {
        Reap();
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

        if (_underWay.Count > 0 || !send.IsCompletedSuccessfully)
        {
            _underWay.Enqueue((send, block));
            return;
        }

        send.GetAwaiter().GetResult();
        block.Dispose();
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

    /// <summary>Takes what is done, in order.</summary>
    private void Reap()
    {
        while (_underWay.TryPeek(out (ValueTask<int> Send, IMemoryOwner<byte> Block) oldest) && oldest.Send.IsCompleted)
        {
            _underWay.Dequeue();
            oldest.Block.Dispose();
            oldest.Send.GetAwaiter().GetResult();
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<FlushResult> WaitAsync(CancellationToken cancellationToken)
    {
        using CancellationTokenRegistration registration = _wake.WakeOn(cancellationToken);
        try
        {
            while (_underWay.Count >= MaxUnderWay)
                await WaitForOldestAsync().ConfigureAwait(false);

            return default;
        }
        catch (OperationCanceledException) when (_wake.IsWoken)
        {
            _wake.Renew();
            cancellationToken.ThrowIfCancellationRequested();
            _wake.TakeCancel();
            return new FlushResult(isCanceled: true, isCompleted: false);
        }
        catch (SocketException e)
        {
            throw new IOException(e.Message, e);
        }
    }

    /// <summary>The wait can be given up, the send cannot: so it becomes a task, that can be looked at again.</summary>
    private async ValueTask WaitForOldestAsync()
    {
        (ValueTask<int> send, IMemoryOwner<byte> block) = _underWay.Dequeue();
        Task<int> task = send.AsTask();
        int others = _underWay.Count;
        _underWay.Enqueue((new ValueTask<int>(task), block));
        for (; others > 0; others--)
            _underWay.Enqueue(_underWay.Dequeue());

        await task.WaitAsync(_wake.Token).ConfigureAwait(false);
        Reap();
    }

    private async Task ReleaseAsync()
    {
        while (_underWay.TryDequeue(out (ValueTask<int> Send, IMemoryOwner<byte> Block) oldest))
        {
            try
            {
                await oldest.Send.ConfigureAwait(false);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // Told to whoever flushed last; the block is free all the same.
            }

            oldest.Block.Dispose();
        }
    }

    private void ThrowIfCompleted()
    {
        if (_isCompleted)
            throw new InvalidOperationException("Writing is not allowed after the writer was completed.");
    }
}
