using System.Net.Sockets;
using FastSockets.Transport.Progress;
using FastSockets.Transport.Protocol;

namespace FastSockets.Transport;

internal sealed partial class Connection
{
    /// <summary>Arrivals up to this size leave their slab at once: a slab is worth more than their copy costs.</summary>
    private const int SmallArrival = 2048;

    private const int MinWindow = 2048;

    /// <summary>Windows read within a link's tick for which twice the window is worth its memory.</summary>
    private const ulong FastReader = 8;

    private int _receiveWindow;
    private int _largestWindow;
    private uint _tick;
    private ulong _consumedAtTick;
    private ReceiveQueue _queue;
    private OperationQueue _receives;
    private ReceiveOperation? _spareReceive;

    // Bytes by way of slabs, which the window bounds. What is written into posted receives has its own place.
    private ulong _arrivedEager;
    private ulong _consumedEager;
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
                _link.Leave();
            }
        }
    }

    /// <summary>Bytes that may arrive unasked. Once set, it does not grow any more; what was announced to the peer stands.</summary>
    public int ReceiveWindow
    {
        get => _receiveWindow;
        set
        {
            _link.Enter();
            try
            {
                _receiveWindow = _largestWindow = Math.Max(value, MinWindow);
                AnnounceIfDue();
            }
            finally
            {
                _link.Leave();
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
            ReceiveOperation? wait = null;
            int taken;
            bool isToPost;
            bool canLend = Memory.CanLend((nint)bytes, buffer.Length);
            _link.Enter();
            try
            {
                taken = ReceiveNow(buffer);
                isToPost = IsToPost(canLend, taken);
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
                _link.Leave();
            }

            if (wait is not null)
            {
                if (isToPost)
                    Post(wait);

                return WaitFor(wait, SpinBudget, timeout);
            }

            return taken;
        }
    }

    /// <summary>Receives without waiting; -1 when nothing is there yet, 0 at the end of the stream.</summary>
    public int TryReceive(Span<byte> buffer)
    {
        _link.Enter();
        try
        {
            int taken = ReceiveNow(buffer);
            // Who does not wait cannot be delivered to.
            IsToPost(false, taken);
            return taken;
        }
        finally
        {
            _link.Leave();
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
            _link.Leave();
        }
    }

    /// <summary>As <see cref="Receive"/>; an empty buffer completes (with 0) when there is data or the end.</summary>
    public ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellation = default)
    {
        if (cancellation.IsCancellationRequested)
            return ValueTask.FromCanceled<int>(cancellation);

        ReceiveOperation wait;
        bool isToPost;
        bool canLend = CanLend(buffer);
        _link.Enter();
        try
        {
            int taken = ReceiveNow(buffer.Span);
            isToPost = IsToPost(canLend, taken);
            if (taken >= 0)
                return ValueTask.FromResult(taken);

            wait = RentReceive();
            wait.Begin(buffer);
            wait.BeginAsync(_link.Host.Progress, SpinBudget);
            _receives.Add(wait);
        }
        catch (SocketException e)
        {
            return ValueTask.FromException<int>(e);
        }
        finally
        {
            _link.Leave();
        }

        if (isToPost)
            Post(wait);

        return wait.AsTask(cancellation);
    }

    /// <summary>Takes a slab with data, or says what is wrong with it (the slab is then still the link's).</summary>
    public string? OnData(int slab, int length)
    {
        if (Arrive(length) is { } violation)
            return violation;

        int served = IsUnwanted ? Discard(length) : Serve(_link.ReceiveSlabs.Span(slab, 0, length));
        if (served == length)
            _link.ReleaseSlab(slab);
        else
            Keep(slab, served, length - served);

        return null;
    }

    /// <summary>Takes a copy of bytes that share their slab with other connections', or says what is wrong with them.</summary>
    public string? OnData(ReadOnlySpan<byte> data)
    {
        if (Arrive(data.Length) is { } violation)
            return violation;

        int served = IsUnwanted ? Discard(data.Length) : Serve(data);
        if (served < data.Length)
            KeepCopy(data[served..]);

        return null;
    }

    /// <summary>Nobody will receive any more.</summary>
    private bool IsUnwanted => Has(State.ReceiveShut | State.Dead);

    private string? Arrive(int length)
    {
        if (Has(State.LastWordReceived))
            return "it sent data after its end";

        _arrivedEager += (ulong)length;
        if (_arrivedEager > _announcedLimit)
            return "it sent more than the window";

        CountReceived(length);
        // These bytes stand before whatever the peer could write into posted receives: it sees that too, and drops their adverts.
        VoidAdverts();
        return null;
    }

    private int Discard(int length)
    {
        Consumed(length);
        RefuseIfClosed();
        return length;
    }

    /// <summary>Gives the bytes to the receives that wait, and says how many they took.</summary>
    private int Serve(ReadOnlySpan<byte> data)
    {
        int offset = 0;
        while (offset < data.Length && _receives.First is not null)
        {
            var receive = (ReceiveOperation)_receives.RemoveFirst();
            int count = receive.Fill(data[offset..]);
            Count(ref Counters.BytesCopiedOut, ref _link.Counters.BytesCopiedOut, count);
            LearnFromSlab(receive, count);
            receive.Decide(count, SocketError.Success);
            End(receive);
            Consumed(count);
            offset += count;
        }

        // Those that are left are still lent, and need new adverts.
        Advertise();
        return offset;
    }

    /// <summary>As TCP: data for a socket that is closed resets its sender.</summary>
    private void RefuseIfClosed()
    {
        if (_isDisposed && !Has(State.Dead))
            Reset(SocketError.OperationAborted);
    }

    /// <summary>
    /// What has just been kept is worth a slab more: its reader has been reading lately, and to move it out of the way would be a copy
    /// of bytes that are asked for in a moment.
    /// </summary>
    public bool TryLendLast() => _link.Ticks - _tick <= 1 && _queue.TryLendLast(_link);

    /// <summary>Moves unread bytes out of the link's slabs.</summary>
    public void SpillSlabs()
    {
        int spilled = _queue.Spill(_link);
        Count(ref Counters.BytesSpilled, ref _link.Counters.BytesSpilled, spilled);
        _link.HoldsNoSlabs(this);
    }

    private void KeepCopy(ReadOnlySpan<byte> data)
    {
        if (TryKeepCopy(data))
            return;

        // The slabs that wait have no room behind their bytes.
        SpillSlabs();
        TryKeepCopy(data);
    }

    private bool TryKeepCopy(ReadOnlySpan<byte> data)
    {
        if (!_queue.TryAppendCopy(_link.ReceiveSlabs, data))
            return false;

        Count(ref Counters.BytesSpilled, ref _link.Counters.BytesSpilled, data.Length);
        return true;
    }

    private void Keep(int slab, int offset, int length)
    {
        if (length <= (_handsOut ? TinyArrival : SmallArrival) && TryKeepCopy(_link.ReceiveSlabs.Span(slab, offset, length)))
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

        int taken = _queue.Take(_link, buffer, out int spilled);
        Count(ref Counters.BytesCopiedFromSpill, ref _link.Counters.BytesCopiedFromSpill, spilled);
        Count(ref Counters.BytesCopiedOut, ref _link.Counters.BytesCopiedOut, taken - spilled);
        if (_queue.SlabCount == 0)
            _link.HoldsNoSlabs(this);

        Consumed(taken);
        return taken;
    }

    private int EndOrNothing()
    {
        if (Has(State.EndReceived))
            return 0;

        // Before the end that a shutdown makes: a reset that lost bytes shuts as well, and must not pass for an end.
        Throw(TakeFailure());
        return Has(State.ReceiveShut | State.Dead) ? 0 : -1;
    }

    private void Consumed(int count)
    {
        _consumedEager += (ulong)count;
        if (_holdsWindow)
            _link.Watch(this);
        else
            AnnounceIfDue();
    }

    /// <summary>Half a window read is told to the peer.</summary>
    private void AnnounceIfDue()
    {
        // Below zero when the window has been made smaller.
        long unannounced = (long)(_consumedEager + (ulong)_receiveWindow - _announcedLimit);
        if (unannounced < _receiveWindow / 2 || Has(State.LastWordReceived | State.Dead) || !Has(State.Established))
            return;

        GrowWindow();
        _link.Queue(this, ControlFlags.Window);
    }

    /// <summary>A reader that takes many windows in a short time gets a larger one.</summary>
    private void GrowWindow()
    {
        if (_tick != _link.Ticks)
        {
            _tick = _link.Ticks;
            _consumedAtTick = _consumedEager;
        }
        else if (_consumedEager - _consumedAtTick >= FastReader * (ulong)_receiveWindow)
            _receiveWindow = Math.Max(_receiveWindow, Math.Min(_largestWindow, _receiveWindow * 2));
    }

    private void CountReceived(int length) => Count(ref Counters.BytesReceived, ref _link.Counters.BytesReceived, length);

    private static void Count(ref long mine, ref long links, int count)
    {
        mine += count;
        links += count;
    }

    private void DropReceived()
    {
        _state |= State.ReceiveShut;
        _holdsWindow = false;
        int dropped = _queue.Length;
        _queue.Clear(_link);
        _link.HoldsNoSlabs(this);
        Consumed(dropped);
    }

    private ReceiveOperation RentReceive() =>
        Interlocked.Exchange(ref _spareReceive, null) ?? new ReceiveOperation(this);

    /// <summary>An operation that nobody holds any more is kept for the next.</summary>
    public void Keep(ReceiveOperation operation) => Volatile.Write(ref _spareReceive, operation);

    /// <summary>Takes an operation off its queue and ends it, as soon as no device has a claim on its memory.</summary>
    public void Cancel(StreamOperation operation, SocketError error)
    {
        _link.Enter();
        try
        {
            if (operation is ReceiveOperation receive && _receives.Remove(receive))
            {
                Withdraw(receive, error);
                // It may have stood before others that can be posted.
                Advertise();
            }
            else if (operation is SendOperation send && _sends.Remove(send))
                send.End(error);

            UpdateBacklog();
            Unblock();
        }
        finally
        {
            _link.Leave();
        }
    }

    private int WaitFor(StreamOperation operation, TimeSpan spin, int timeout)
    {
        IProgress progress = _link.Host.Progress;
        try
        {
            if (!progress.Wait(operation, spin, timeout))
            {
                Cancel(operation, SocketError.TimedOut);
                // Most often it is over with that; but memory that a device may still write is not the caller's yet.
                progress.Wait(operation, TimeSpan.Zero, Timeout.Infinite);
            }
        }
        catch
        {
            // Thread.Interrupt: the caller's memory must be out of reach before its frame is gone.
            Cancel(operation, SocketError.Interrupted);
            WaitUninterrupted(operation);
            operation.Finish(out _);
            throw;
        }

        int result = operation.Finish(out SocketError error);
        Throw(error);
        return result;
    }

    private void WaitUninterrupted(StreamOperation operation)
    {
        while (!operation.IsCompleted)
        {
            try
            {
                _link.Host.Progress.Wait(operation, TimeSpan.Zero, Timeout.Infinite);
            }
            catch (ThreadInterruptedException)
            {
            }
        }
    }
}
