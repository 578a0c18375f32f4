using System.Net.Sockets;
using FastSockets.Transport.Progress;
using FastSockets.Transport.Protocol;

namespace FastSockets.Transport;

internal sealed partial class Connection
{
    /// <summary>Arrivals up to this size leave their slab at once: a slab is worth more than their copy costs.</summary>
    private const int SmallArrival = 2048;

    private readonly int _receiveWindow;
    private ReceiveQueue _queue;
    private OperationQueue _receives;
    private StreamOperation? _spareReceive;
    private ulong _arrived;
    private ulong _consumed;
    private ulong _announcedLimit;

    /// <summary>Bytes that can be received at once.</summary>
    public int Available
    {
        get
        {
            // Under the lock: a receive of nothing that data has just ended must find that data counted.
            _link.Enter();
            try
            {
                return _queue.Length;
            }
            finally
            {
                _link.Exit();
            }
        }
    }

    /// <summary>
    /// Receives at least one byte, or 0 at the end of the stream; an empty buffer waits for data or the end. Waits
    /// <paramref name="timeout"/> milliseconds (-1: for ever; SocketError.TimedOut).
    /// </summary>
    public unsafe int Receive(Span<byte> buffer, int timeout = Timeout.Infinite)
    {
        fixed (byte* bytes = buffer)
        {
            StreamOperation? wait = null;
            int taken;
            bool beganToWait;
            _link.Enter();
            try
            {
                taken = ReceiveNow(buffer);
                if (taken < 0)
                {
                    wait = RentReceive();
                    wait.Begin(bytes, buffer.Length);
                    wait.BeginBlocking();
                    _receives.Add(wait);
                }
            }
            finally
            {
                beganToWait = _link.Exit();
            }

            if (wait is not null)
                return WaitFor(wait, timeout);

            if (beganToWait)
                _link.Host.Progress.PollOnce();

            return taken;
        }
    }

    /// <summary>Receives without waiting; -1 when nothing is there yet, 0 at the end of the stream.</summary>
    public int TryReceive(Span<byte> buffer)
    {
        _link.Enter();
        try
        {
            return ReceiveNow(buffer);
        }
        finally
        {
            _link.Exit();
        }
    }

    /// <summary>Copies what is there without taking it; otherwise as <see cref="TryReceive"/>.</summary>
    public int TryPeek(Span<byte> buffer)
    {
        _link.Enter();
        try
        {
            ThrowIfDisposed();
            return _queue.Length > 0 ? _queue.Peek(_link, buffer) : EndOrNothing();
        }
        finally
        {
            _link.Exit();
        }
    }

    /// <summary>As <see cref="Receive"/>; an empty buffer completes (with 0) when there is data or the end.</summary>
    public ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellation = default)
    {
        if (cancellation.IsCancellationRequested)
            return ValueTask.FromCanceled<int>(cancellation);

        StreamOperation wait;
        _link.Enter();
        try
        {
            int taken = ReceiveNow(buffer.Span);
            if (taken >= 0)
                return ValueTask.FromResult(taken);

            wait = RentReceive();
            wait.Begin(buffer, 0);
            wait.BeginAsync(_link.Host.Progress);
            _receives.Add(wait);
        }
        catch (SocketException e)
        {
            return ValueTask.FromException<int>(e);
        }
        finally
        {
            _link.Exit();
        }

        return wait.AsTask(cancellation);
    }

    /// <summary>Takes a slab with data, or says what is wrong with it (the slab is then still the link's).</summary>
    public string? OnData(int slab, int length)
    {
        if (Has(State.LastWordReceived))
            return "it sent data after its end";

        _arrived += (ulong)length;
        if (_arrived > _announcedLimit)
            return "it sent more than the window";

        if (Has(State.ReceiveShut | State.Dead))
        {
            _link.ReleaseSlab(slab);
            Consumed(length);
            if (_isDisposed && !Has(State.Dead))
                // As TCP: data for a socket that is closed resets its sender.
                Reset(SocketError.OperationAborted);

            return null;
        }

        int offset = 0;
        while (offset < length && _receives.First is StreamOperation receive)
        {
            _receives.RemoveFirst();
            int count = receive.Fill(_link.ReceiveSlabs.Span(slab, offset, length - offset));
            receive.Complete(count);
            Consumed(count);
            offset += count;
        }

        if (offset == length)
            _link.ReleaseSlab(slab);
        else
            Keep(slab, offset, length - offset);

        return null;
    }

    /// <summary>Moves unread bytes out of the link's slabs.</summary>
    public void SpillSlabs()
    {
        _queue.Spill(_link);
        _link.HoldsNoSlabs(this);
    }

    private void Keep(int slab, int offset, int length)
    {
        if (length <= SmallArrival && _queue.TryAppendCopy(_link.ReceiveSlabs, _link.ReceiveSlabs.Span(slab, offset, length)))
        {
            _link.ReleaseSlab(slab);
            return;
        }

        _queue.AppendSlab(_link.ReceiveSlabs, slab, offset, length);
        _link.HoldSlab(this);
    }

    /// <summary>-1 when it is to be waited for.</summary>
    private int ReceiveNow(Span<byte> buffer)
    {
        ThrowIfDisposed();
        if (_queue.Length == 0 || !_receives.IsEmpty)
            return EndOrNothing();

        int taken = _queue.Take(_link, buffer);
        if (_queue.SlabCount == 0)
            _link.HoldsNoSlabs(this);

        Consumed(taken);
        return taken;
    }

    private int EndOrNothing()
    {
        if (Has(State.ReceiveShut | State.EndReceived))
            return 0;

        Throw(TakeFailure());
        return Has(State.Dead) ? 0 : -1;
    }

    /// <summary>Half a window read is told to the peer.</summary>
    private void Consumed(int count)
    {
        _consumed += (ulong)count;
        ulong unannounced = _consumed + (ulong)_receiveWindow - _announcedLimit;
        if (unannounced >= (ulong)_receiveWindow / 2 && !Has(State.LastWordReceived | State.Dead) && Has(State.Established))
            _link.Queue(this, ControlFlags.Window);
    }

    private void DropReceived()
    {
        _state |= State.ReceiveShut;
        int dropped = _queue.Length;
        _queue.Clear(_link);
        _link.HoldsNoSlabs(this);
        Consumed(dropped);
    }

    private StreamOperation RentReceive() =>
        Interlocked.Exchange(ref _spareReceive, null) ?? new StreamOperation(this, isSend: false);

    /// <summary>An operation that nobody holds any more is kept for the next.</summary>
    public void Keep(StreamOperation operation)
    {
        if (operation.IsSend)
            Volatile.Write(ref _spareSend, operation);
        else
            Volatile.Write(ref _spareReceive, operation);
    }

    /// <summary>Takes an operation off its queue and ends it, unless it has completed.</summary>
    public void Cancel(StreamOperation operation, SocketError error)
    {
        _link.Enter();
        try
        {
            if (operation.IsSend ? _sends.Remove(operation) : _receives.Remove(operation))
                operation.Complete(operation.Done, error);

            UpdateBacklog();
            Unblock();
        }
        finally
        {
            _link.Exit();
        }
    }

    private int WaitFor(StreamOperation operation, int timeout)
    {
        try
        {
            if (!_link.Host.Progress.Wait(operation, operation.IsSend ? SendSpin : SpinBudget, timeout))
                Cancel(operation, SocketError.TimedOut);
        }
        catch
        {
            // Thread.Interrupt: the caller's memory must be out of reach before its frame is gone.
            Cancel(operation, SocketError.Interrupted);
            throw;
        }

        int result = operation.Finish(out SocketError error);
        Throw(error);
        return result;
    }
}
