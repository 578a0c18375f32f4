using System.Net.Sockets;
using FastSockets.Transport.Progress;

namespace FastSockets.Transport;

/// <summary>
/// What a listener has accepted and nobody has taken yet: connections by RDMA and, from the socket layer, sockets by TCP.
/// A blocking taker drives the device's progress while it waits. Thread safe.
/// </summary>
internal sealed class AcceptQueue
{
    private readonly Lock _lock = new();
    private readonly Queue<object> _accepted = new();
    private readonly int _backlog;
    private OperationQueue _takers;
    private bool _closed;

    /// <param name="backlog">How many may wait; more are refused.</param>
    public AcceptQueue(int backlog) => _backlog = Math.Max(1, backlog);

    /// <summary>Bytes that may arrive unasked on each connection; null for the transport's choice.</summary>
    public int? ReceiveWindow { get; set; }

    /// <summary>What a blocking taker drives while it waits.</summary>
    public IProgress Progress { get; set; } = ParkingProgress.Instance;

    /// <summary>False while at least the backlog's number waits, and once closed.</summary>
    public bool HasRoom
    {
        get
        {
            lock (_lock)
                return !_closed && _accepted.Count < _backlog;
        }
    }

    public int Count
    {
        get
        {
            lock (_lock)
                return _accepted.Count;
        }
    }

    /// <summary>Adds a <see cref="Connection"/> or a <see cref="Socket"/>. False when full or closed: the item stays the caller's.</summary>
    public bool Enqueue(object accepted)
    {
        lock (_lock)
        {
            if (_closed || _accepted.Count >= _backlog)
                return false;

            if (_takers.IsEmpty)
            {
                _accepted.Enqueue(accepted);
                return true;
            }

            var taker = (AcceptOperation)_takers.RemoveFirst();
            taker.Accepted = accepted;
            taker.Complete(1);
            return true;
        }
    }

    /// <summary>Takes the next without waiting.</summary>
    public bool TryTake(out object? accepted)
    {
        lock (_lock)
        {
            ThrowIfClosed();
            return _accepted.TryDequeue(out accepted);
        }
    }

    /// <summary>Waits for the next. Timeout in milliseconds, -1 for none: null when it ran out.</summary>
    public object? Take(int timeout = Timeout.Infinite, TimeSpan spin = default)
    {
        AcceptOperation taker;
        lock (_lock)
        {
            ThrowIfClosed();
            if (_accepted.TryDequeue(out object? accepted))
                return accepted;

            taker = new AcceptOperation(this);
            taker.BeginBlocking();
            _takers.Add(taker);
        }

        try
        {
            if (!Progress.Wait(taker, spin, timeout))
                Cancel(taker, SocketError.TimedOut);
        }
        catch
        {
            // Thread.Interrupt. What has been given already goes to the next.
            Cancel(taker, SocketError.Interrupted);
            if (taker.Accepted is { } accepted && !Enqueue(accepted))
                (accepted as IDisposable)?.Dispose();

            throw;
        }

        taker.Finish(out SocketError error);
        return error switch
        {
            SocketError.Success => taker.Accepted,
            SocketError.TimedOut => null,
            _ => throw new SocketException((int)error),
        };
    }

    public async ValueTask<object> TakeAsync(CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        AcceptOperation taker;
        lock (_lock)
        {
            ThrowIfClosed();
            if (_accepted.TryDequeue(out object? accepted))
                return accepted;

            taker = new AcceptOperation(this);
            taker.BeginAsync(Progress);
            _takers.Add(taker);
        }

        await taker.AsTask(cancellation).ConfigureAwait(false);
        return taker.Accepted!;
    }

    /// <summary>Ends the waiters with SocketError.OperationAborted and returns what nobody took, for the caller to dispose.</summary>
    public IReadOnlyList<object> Close()
    {
        lock (_lock)
        {
            _closed = true;
            _takers.CompleteAll(0, SocketError.OperationAborted);
            object[] left = [.. _accepted];
            _accepted.Clear();
            return left;
        }
    }

    private void Cancel(AcceptOperation taker, SocketError error)
    {
        lock (_lock)
        {
            if (_takers.Remove(taker))
                taker.Complete(0, error);
        }
    }

    private void ThrowIfClosed()
    {
        if (_closed)
            throw new SocketException((int)SocketError.OperationAborted);
    }

    private sealed class AcceptOperation(AcceptQueue queue) : Operation
    {
        public object? Accepted { get; set; }

        protected override void OnCancelled() => queue.Cancel(this, SocketError.OperationAborted);

        protected override void OnIdle()
        {
        }
    }
}
