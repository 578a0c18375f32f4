using System.Net.Sockets;
using System.Threading.Tasks.Sources;

namespace FastSockets.Transport.Progress;

/// <summary>
/// One wait of one caller: a receive, a send, an accept, an opening. A blocking caller's is reused by its thread, an
/// asynchronous one is the source of its ValueTask; neither allocates in steady state.
/// </summary>
/// <remarks>
/// States: idle → <see cref="BeginBlocking"/> or <see cref="BeginAsync"/> → pending → <see cref="Complete"/> (once, under
/// the lock of whatever the operation waits for) → completed → <see cref="Finish"/> or GetResult → idle. A cancelled
/// operation is completed as any other; who takes it off its queue completes it.
/// </remarks>
internal abstract class Operation : IThreadPoolWorkItem, IValueTaskSource<int>
{
    private Waiter? _waiter;
    private IProgress? _progress;
    private ManualResetValueTaskSourceCore<int> _source;
    private CancellationTokenRegistration _registration;
    private CancellationToken _cancellation;
    private int _result;
    private SocketError _error;
    private int _completed;

    // Of an asynchronous operation: it has completed, or its task was given out; whichever comes second runs the rest of it.
    private int _met;

    /// <summary>The next in the queue that the operation waits in; that queue's own.</summary>
    public Operation? Next;

    public bool IsCompleted => Volatile.Read(ref _completed) != 0;

    protected abstract void OnCancelled();

    /// <summary>Nobody holds the operation any more; it may be kept for the next.</summary>
    protected abstract void OnIdle();

    /// <summary>It has completed: what it held may be let go, by the waiting thread or on the way to it, and under no lock.</summary>
    protected virtual void OnSettled()
    {
    }

    public void BeginBlocking()
    {
        Volatile.Write(ref _completed, 0);
        _waiter = Waiter.Current;
    }

    /// <param name="progress">Who drives it.</param>
    /// <param name="spin">How long its caller would poll if he blocked. Null: he has no say in that.</param>
    public void BeginAsync(IProgress progress, TimeSpan? spin = null)
    {
        Volatile.Write(ref _completed, 0);
        _waiter = null;
        _progress = progress;
        progress.AsyncStarted(spin);
    }

    /// <summary>The task of an operation begun with <see cref="BeginAsync"/>. Not under a lock: a cancelled token cancels at once.</summary>
    public ValueTask<int> AsTask(CancellationToken cancellation)
    {
        var task = new ValueTask<int>(this, _source.Version);
        if (cancellation.CanBeCanceled)
        {
            _cancellation = cancellation;
            _registration = cancellation.UnsafeRegister(static state => ((Operation)state!).OnCancelled(), this);
        }

        if (Interlocked.Exchange(ref _met, 1) != 0)
            // Before anybody could wait: the task is over as it is given out, and no thread of the pool is needed.
            Settle();

        return task;
    }

    public void Complete(int result, SocketError error = SocketError.Success)
    {
        _result = result;
        _error = error;
        if (_waiter is { } waiter)
        {
            // From here the caller's thread may use the operation again.
            Volatile.Write(ref _completed, 1);
            waiter.Wake();
            return;
        }

        Volatile.Write(ref _completed, 1);
        // From the exchange on the caller's thread may use the operation again.
        IProgress progress = _progress!;
        progress.AsyncEnded(Interlocked.Exchange(ref _met, 1) != 0 ? this : null);
    }

    /// <summary>The result of a blocking wait.</summary>
    public int Finish(out SocketError error)
    {
        int result = _result;
        error = _error;
        OnSettled();
        OnIdle();
        return result;
    }

    /// <summary>Runs the awaiter's continuation.</summary>
    void IThreadPoolWorkItem.Execute() => Settle();

    private void Settle()
    {
        _met = 0;
        _registration.Dispose();
        _registration = default;
        OnSettled();
        if (_error == SocketError.Success)
            _source.SetResult(_result);
        else if (_error == SocketError.OperationAborted && _cancellation.IsCancellationRequested)
            _source.SetException(new OperationCanceledException(_cancellation));
        else
            _source.SetException(new SocketException((int)_error));
    }

    int IValueTaskSource<int>.GetResult(short token)
    {
        // Before anything is touched: a task awaited twice, or too early, must not spoil the operation that is under way now.
        if (_source.GetStatus(token) == ValueTaskSourceStatus.Pending)
            throw new InvalidOperationException("The operation has not completed.");

        try
        {
            return _source.GetResult(token);
        }
        finally
        {
            _source.Reset();
            _cancellation = default;
            OnIdle();
        }
    }

    ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource<int>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);
}

/// <summary>Operations in order of arrival.</summary>
internal struct OperationQueue
{
    private Operation? _first;
    private Operation? _last;

    public readonly bool IsEmpty => _first is null;

    public readonly Operation? First => _first;

    public void Add(Operation operation)
    {
        operation.Next = null;
        if (_last is null)
            _first = operation;
        else
            _last.Next = operation;

        _last = operation;
    }

    public Operation RemoveFirst()
    {
        Operation first = _first!;
        _first = first.Next;
        if (_first is null)
            _last = null;

        first.Next = null;
        return first;
    }

    /// <summary>False when it is not in the queue any more: somebody else completes it.</summary>
    public bool Remove(Operation operation)
    {
        Operation? before = null;
        for (Operation? at = _first; at is not null; before = at, at = at.Next)
        {
            if (!ReferenceEquals(at, operation))
                continue;

            if (before is null)
                _first = at.Next;
            else
                before.Next = at.Next;

            if (ReferenceEquals(_last, at))
                _last = before;

            at.Next = null;
            return true;
        }

        return false;
    }

    public void CompleteAll(int result, System.Net.Sockets.SocketError error)
    {
        while (!IsEmpty)
            RemoveFirst().Complete(result, error);
    }
}
