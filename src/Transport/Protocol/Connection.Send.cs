using System.Net.Sockets;
using FastSockets.Transport.Progress;
using FastSockets.Transport.Protocol;

namespace FastSockets.Transport;

/// <summary>How a turn at sending went.</summary>
internal enum ChunkResult
{
    /// <summary>Nothing is left, or the peer's window is full.</summary>
    Done,

    MoreToSend,

    /// <summary>No send slab could be had.</summary>
    NoSlab,
}

internal sealed partial class Connection
{
    private OperationQueue _sends;
    private StreamOperation? _spareSend;
    private ulong _sent;
    private ulong _sendLimit;

    // What could not be sent yet and is not its caller's any more: gathered so that it leaves in one message.
    private int _gatherSlab = -1;
    private int _gatherStart;
    private int _gatherLength;
    private bool _isBacklogged;

    /// <summary>
    /// A send that waits has half a window on its way: it is woken long before that has arrived, and to poll meanwhile would only
    /// take a processor from those who move the bytes.
    /// </summary>
    private TimeSpan SendSpin => SpinBudget < TimeSpan.Zero ? SpinBudget : TimeSpan.Zero;

    private int Window => (int)Math.Min(_sendLimit - _sent, int.MaxValue);

    private bool HasUnsent => _gatherLength > 0 || !_sends.IsEmpty;

    /// <summary>
    /// Sends all of <paramref name="data"/>; the memory is the caller's again on return. Waits while the peer takes no
    /// more, for <paramref name="timeout"/> milliseconds (-1: for ever; SocketError.TimedOut).
    /// </summary>
    public unsafe int Send(ReadOnlySpan<byte> data, int timeout = Timeout.Infinite)
    {
        StreamOperation? wait = null;
        int sent;
        bool beganToWait;
        fixed (byte* bytes = data)
        {
            _link.Enter();
            try
            {
                sent = SendNow(data);
                if (sent < data.Length)
                {
                    wait = RentSend();
                    wait.Begin(bytes + sent, data.Length - sent);
                    wait.BeginBlocking();
                    Enqueue(wait);
                }
            }
            finally
            {
                beganToWait = _link.Exit();
            }

            if (wait is not null)
                return sent + WaitFor(wait, timeout);
        }

        if (beganToWait)
            _link.Host.Progress.PollOnce();

        return sent;
    }

    /// <summary>Sends what can be sent without waiting; 0 when nothing can.</summary>
    public int TrySend(ReadOnlySpan<byte> data)
    {
        int sent;
        bool beganToWait;
        _link.Enter();
        try
        {
            sent = SendNow(data);
        }
        finally
        {
            beganToWait = _link.Exit();
        }

        if (beganToWait)
            _link.Host.Progress.PollOnce();

        return sent;
    }

    /// <summary>Sends all of <paramref name="data"/>, which must stay unchanged until completion. No allocation in steady state.</summary>
    public ValueTask<int> SendAsync(ReadOnlyMemory<byte> data, CancellationToken cancellation = default)
    {
        if (cancellation.IsCancellationRequested)
            return ValueTask.FromCanceled<int>(cancellation);

        StreamOperation? wait = null;
        bool beganToWait;
        _link.Enter();
        try
        {
            int sent = SendNow(data.Span);
            if (sent < data.Length)
            {
                wait = RentSend();
                wait.Begin(System.Runtime.InteropServices.MemoryMarshal.AsMemory(data), sent);
                wait.BeginAsync(_link.Host.Progress);
                Enqueue(wait);
            }
        }
        catch (SocketException e)
        {
            return ValueTask.FromException<int>(e);
        }
        finally
        {
            beganToWait = _link.Exit();
        }

        if (beganToWait)
            _link.Host.Progress.PollOnce();

        return wait is null ? ValueTask.FromResult(data.Length) : wait.AsTask(cancellation);
    }

    /// <summary>A turn: sends one message of what waits.</summary>
    public ChunkResult SendChunk()
    {
        if (Window == 0 || !HasUnsent)
            return ChunkResult.Done;

        bool noSlab = false;
        int count;
        if (_gatherLength > 0)
        {
            int length = Math.Min(_gatherLength, Window);
            count = _link.TrySendSlab(_peer.Index, _gatherSlab, _gatherStart, length, isRest: length == _gatherLength);
            _gatherStart += count;
            _gatherLength -= count;
            if (_gatherLength == 0)
                _gatherSlab = -1;
        }
        else
        {
            var operation = (StreamOperation)_sends.First!;
            ReadOnlySpan<byte> rest = operation.Rest;
            count = _link.TrySendCopy(_peer.Index, rest[..Math.Min(rest.Length, Window)], out noSlab);
            operation.Advance(count);
            if (operation.Rest.IsEmpty)
                _sends.RemoveFirst().Complete(operation.Done);
        }

        _sent += (ulong)count;
        UpdateBacklog();
        if (noSlab)
            return ChunkResult.NoSlab;

        if (!HasUnsent)
        {
            SayFinIfDue();
            return ChunkResult.Done;
        }

        return Window > 0 ? ChunkResult.MoreToSend : ChunkResult.Done;
    }

    public string? OnWindow(ulong limit)
    {
        if (limit < _sendLimit || limit - _sent > int.MaxValue)
            return "it takes window back";

        _sendLimit = limit;
        Unblock();
        return null;
    }

    private void Unblock()
    {
        if (HasUnsent && Window > 0)
            _link.AddReady(this);
        else
            SayFinIfDue();
    }

    /// <summary>Sends or gathers what can be without waiting.</summary>
    private int SendNow(ReadOnlySpan<byte> data)
    {
        ThrowIfDisposed();
        Throw(TakeFailure());
        if (Has(State.SendShut | State.Dead))
            throw new SocketException((int)SocketError.Shutdown);

        int sent = 0;
        while (sent < data.Length && Window > 0 && !HasUnsent)
        {
            int count = _link.TrySendCopy(_peer.Index, data[sent..][..Math.Min(data.Length - sent, Window)], out _);
            if (count == 0)
                break;

            _sent += (ulong)count;
            sent += count;
        }

        if (sent < data.Length && _sends.IsEmpty)
            sent += Gather(data[sent..]);

        return sent;
    }

    /// <summary>Keeps a short rest to be sent with what follows, so that what waited leaves as one message.</summary>
    private int Gather(ReadOnlySpan<byte> data)
    {
        int size = _link.Host.SendSlabs.SlabSize;
        if (_gatherLength == 0)
        {
            if (data.Length > size || !_link.TryRentStaging(out _gatherSlab))
                return 0;

            _gatherStart = 0;
        }

        if (data.Length > size - _gatherStart - _gatherLength)
            return 0;

        data.CopyTo(_link.Host.SendSlabs.Span(_gatherSlab, _gatherStart + _gatherLength, data.Length));
        _gatherLength += data.Length;
        UpdateBacklog();
        Unblock();
        return data.Length;
    }

    private void Enqueue(StreamOperation operation)
    {
        _sends.Add(operation);
        UpdateBacklog();
        Unblock();
    }

    private void UpdateBacklog()
    {
        if (HasUnsent == _isBacklogged)
            return;

        _isBacklogged = !_isBacklogged;
        _link.BacklogChanged(_isBacklogged ? 1 : -1);
    }

    private void ShutSend()
    {
        if (Has(State.SendShut))
            return;

        _state |= State.SendShut;
        SayFinIfDue();
    }

    /// <summary>FIN goes behind the last byte: only when nothing is unsent, and in the queue pair's order.</summary>
    private void SayFinIfDue()
    {
        if (Has(State.SendShut) && Has(State.Established) && !HasUnsent && !Has(State.LastWordSent) && !Has(State.Dead))
            _link.Queue(this, ControlFlags.Fin);
    }

    private void DropUnsent()
    {
        if (_gatherSlab >= 0)
            _link.DropStaging(_gatherSlab);

        _gatherSlab = -1;
        _gatherLength = 0;
        _link.RemoveReady(this);
    }

    private StreamOperation RentSend() =>
        Interlocked.Exchange(ref _spareSend, null) ?? new StreamOperation(this, isSend: true);
}
