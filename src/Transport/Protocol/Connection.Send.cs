using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FastSockets.Transport.Fabric;
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
    private SpareSends _spareSends;
    private PeerAdverts? _adverts;
    private ulong _sentEager;
    private ulong _sentDirect;
    private ulong _sendLimit;

    private bool _isBacklogged;

    /// <summary>
    /// A send that waits has half a window on its way: it is woken long before that has arrived, and to poll meanwhile would only
    /// take a processor from those who move the bytes.
    /// </summary>
    private TimeSpan SendSpin => SpinBudget < TimeSpan.Zero ? SpinBudget : TimeSpan.Zero;

    private int Window => (int)Math.Min(_sendLimit - _sentEager, int.MaxValue);

    private bool HasQueued => _gatherLength > 0 || !_sends.IsEmpty;

    /// <summary>Something is queued, or a delivery has begun that the peer was not told of.</summary>
    private bool HasUnsent => HasQueued || _adverts is { IsOpen: true };

    private bool CanGo => Window > 0 || HasTarget();

    /// <summary>
    /// Sends all of <paramref name="data"/>; the memory is the caller's again on return. Waits while the peer takes no
    /// more, for <paramref name="timeout"/> milliseconds (-1: for ever; SocketError.TimedOut).
    /// </summary>
    public unsafe int Send(ReadOnlySpan<byte> data, int timeout = Timeout.Infinite)
    {
        SendOperation? wait = null;
        int sent = 0;
        fixed (byte* bytes = data)
        {
            bool isRegistered = TryRegister((nint)bytes, data.Length, Memory.Thresholds.Send, out uint key, out IRegisteredMemory? ownRegion);
            _link.Enter();
            try
            {
                if (isRegistered)
                    ThrowIfSendShut();
                else
                    sent = SendNow(data);

                if (sent < data.Length)
                {
                    wait = RentSend();
                    wait.Begin(bytes + sent, data.Length - sent);
                    if (isRegistered)
                        wait.Use((nint)bytes, key, ownRegion);

                    wait.BeginBlocking();
                    Enqueue(wait);
                }
            }
            catch
            {
                ownRegion?.Dispose();
                throw;
            }
            finally
            {
                _link.Leave();
            }

            return wait is null ? sent : sent + WaitFor(wait, isRegistered ? SpinBudget : SendSpin, timeout);
        }
    }

    /// <summary>Sends what can be sent without waiting; 0 when nothing can.</summary>
    public int TrySend(ReadOnlySpan<byte> data)
    {
        _link.Enter();
        try
        {
            return SendNow(data, mayTakePart: true);
        }
        finally
        {
            _link.Leave();
        }
    }

    /// <summary>Sends all of <paramref name="data"/>, which must stay unchanged until completion. No allocation in steady state.</summary>
    public ValueTask<int> SendAsync(ReadOnlyMemory<byte> data, CancellationToken cancellation = default)
    {
        int uncopiedFrom = Memory.Thresholds.Send;
        if (cancellation.IsCancellationRequested)
            return ValueTask.FromCanceled<int>(cancellation);

        SendOperation? wait = IsWorthRegistering(data, uncopiedFrom) ? RegisteredSend(data, uncopiedFrom) : null;
        _link.Enter();
        try
        {
            int sent = 0;
            if (wait is not null)
                ThrowIfSendShut();
            else if ((sent = SendNow(data.Span)) < data.Length)
            {
                wait = RentSend();
                wait.Begin(MemoryMarshal.AsMemory(data), sent);
            }

            if (wait is not null)
            {
                wait.BeginAsync(_link.Host.Progress, SpinBudget);
                Enqueue(wait);
            }
        }
        catch (Exception e)
        {
            wait?.GiveUp();
            if (e is not SocketException)
                throw;

            return ValueTask.FromException<int>(e);
        }
        finally
        {
            _link.Leave();
        }

        return wait is null ? ValueTask.FromResult(data.Length) : wait.AsTask(cancellation);
    }

    /// <summary>
    /// Waits until all that was sent, the end included, is acknowledged by the peer's device, or nothing more can be. False:
    /// not within <paramref name="timeout"/> milliseconds. After <see cref="Dispose"/>.
    /// </summary>
    public bool WaitUntilSent(long timeout)
    {
        long deadline = Environment.TickCount64 + timeout;
        uint? end = null;
        while (true)
        {
            _link.Enter();
            try
            {
                if (Has(State.Dead) || _link.HasEnded)
                    return true;

                if ((PendingControl & ControlFlags.Fin) != 0)
                    // Somebody waits for it after all.
                    _link.Queue(this, ControlFlags.Fin);

                // What is posted by now has this end's last word in it, and nothing of it may be signalled.
                if (end is null && Has(State.LastWordSent))
                    end = _link.PostEndMark();

                if (end is { } mark && _link.HasSent(mark))
                    return true;
            }
            finally
            {
                _link.Leave();
            }

            if (Environment.TickCount64 >= deadline)
                return false;

            _link.Host.Progress.PollOnce();
            Thread.Sleep(1);
        }
    }

    /// <summary>A turn: sends one message of what waits.</summary>
    public ChunkResult SendChunk()
    {
        if (!HasUnsent)
        {
            // A send of the caller's own may have finished what a turn was waited for.
            UpdateBacklog();
            SayFinIfDue();
            return ChunkResult.Done;
        }

        bool noSlab = false;
        if (HasQueued && _adverts is not { MustClose: true })
            SendQueued(out noSlab);
        else
            Close();

        UpdateBacklog();
        if (noSlab)
            return ChunkResult.NoSlab;

        if (!HasUnsent)
        {
            SayFinIfDue();
            return ChunkResult.Done;
        }

        return CanGo || _adverts is { IsOpen: true } ? ChunkResult.MoreToSend : ChunkResult.Done;
    }

    /// <summary>Sends one message of what is queued, if anything can go.</summary>
    private void SendQueued(out bool noSlab)
    {
        if (_gatherLength > 0)
        {
            noSlab = false;
            SendGathered();
            return;
        }

        var operation = (SendOperation)_sends.First!;
        Parcel parcel = NextParcel(operation.RestLength, isMoreQueued: operation.Next is not null);
        if (!TrySend(parcel, operation, out noSlab))
            return;

        Sent(parcel);
        CountCopy(parcel.Length, operation.IsRegistered);
        if (operation.RestLength == 0)
        {
            _sends.RemoveFirst();
            operation.End(SocketError.Success);
        }
    }

    private bool TrySend(in Parcel parcel, SendOperation operation, out bool noSlab)
    {
        noSlab = false;
        if (parcel.Length == 0)
            return false;

        if (operation.IsRegistered)
            return _link.TrySendRegistered(parcel, operation);

        if (!_link.TrySendCopy(parcel, operation.Rest[..parcel.Length], out noSlab))
            return false;

        operation.Advance(parcel.Length);
        return true;
    }

    /// <summary>Tells the peer of a delivery that goes no further.</summary>
    private void Close()
    {
        PeerAdverts adverts = _adverts!;
        var parcel = new Parcel(
            _peer, 0, IsDirect: true, IsLast: true, adverts.Chunks, adverts.First.Memory.Address, adverts.First.Memory.Key);
        if (_link.TrySendCopy(parcel, [], out _))
            adverts.Finish();
    }

    /// <summary>
    /// Decides where the next bytes go: into the peer's posted receive, if it begins where they do, else into a slab. Its length is 0
    /// when they can go nowhere.
    /// </summary>
    private Parcel NextParcel(int available, bool isMoreQueued)
    {
        int chunk = _link.ChunkSize;
        if (!HasTarget())
        {
            if (Window == 0)
                Count(ref Counters.WindowStalls, ref _link.Counters.WindowStalls, 1);

            return new Parcel(_peer, Math.Min(Math.Min(available, Window), chunk), false, false, 0, 0, 0);
        }

        PeerAdverts adverts = _adverts!;
        ref readonly PeerAdverts.Advert advert = ref adverts.First;
        int length = Math.Min(Math.Min(available, adverts.Room), chunk);
        // Only whole chunks may go untold, for the peer to know the sum from their number.
        bool isLast = length < chunk || length == adverts.Room || adverts.Chunks == Immediate.MaxChunks ||
            (length == available && !isMoreQueued);
        return new Parcel(
            _peer, length, true, isLast, adverts.Chunks, advert.Memory.Address + (ulong)adverts.Filled, advert.Memory.Key);
    }

    private bool HasTarget() =>
        // While a delivery is to be closed, nothing else may go.
        _adverts is { } adverts && adverts.HasTarget(_sentEager) && !adverts.MustClose;

    private void Sent(in Parcel parcel)
    {
        Count(ref Counters.BytesSent, ref _link.Counters.BytesSent, parcel.Length);
        if (!parcel.IsDirect)
        {
            _sentEager += (ulong)parcel.Length;
            return;
        }

        _sentDirect += (ulong)parcel.Length;
        Count(ref Counters.BytesSentDirect, ref _link.Counters.BytesSentDirect, parcel.Length);
        if (parcel.IsLast)
            _adverts!.Finish();
        else
            _adverts!.Fill(parcel.Length);
    }

    public string? OnWindow(ulong limit)
    {
        if (limit < _sendLimit || limit - _sentEager > int.MaxValue)
            return "it takes window back";

        _sendLimit = limit;
        Unblock();
        return null;
    }

    /// <summary>The peer has posted a receive.</summary>
    public string? OnAdvert(in ControlEntry entry)
    {
        // It may have overtaken ACCEPTED in the private data. Nothing more is sent: the last word gives it back.
        if (Has(State.LastWordSent | State.Dead))
            return null;

        _adverts ??= new PeerAdverts();
        if (_adverts.Add(entry, _sentEager, _link.ChunkSize) is { } violation)
            return violation;

        Unblock();
        return null;
    }

    /// <summary>The peer wants a posted receive back.</summary>
    public void OnRevoke(ushort id)
    {
        if (_adverts is null || Has(State.LastWordSent | State.Dead))
            return;

        _adverts.Revoke(id, _sentEager);
        if (_adverts.HasRevoked)
            _link.Queue(this, ControlFlags.Revoked);

        Unblock();
    }

    private bool TakeRevoked(out ControlEntry entry)
    {
        if (_adverts is null || !_adverts.TryTakeRevoked(_sentEager, out ushort id))
        {
            entry = default;
            return false;
        }

        if (_adverts.HasRevoked)
            PendingControl |= ControlFlags.Revoked;
        else
            // Deliveries had to wait for this answer.
            Unblock();

        entry = new ControlEntry(ControlKind.Revoked, _peer, id);
        return true;
    }

    private void Unblock()
    {
        if (HasUnsent && (CanGo || _adverts is { IsOpen: true }))
            _link.AddReady(this);
        else
            SayFinIfDue();
    }

    /// <summary>Sends or gathers what can be without waiting.</summary>
    /// <param name="data">Copied.</param>
    /// <param name="mayTakePart">
    /// Where there is window but no turn, some of much data is gathered: who does not wait was told that it can send.
    /// </param>
    private int SendNow(ReadOnlySpan<byte> data, bool mayTakePart = false)
    {
        ThrowIfSendShut();
        int sent = 0;
        while (sent < data.Length && !HasQueued && _adverts is not { MustClose: true })
        {
            Parcel parcel = NextParcel(data.Length - sent, isMoreQueued: false);
            if (parcel.Length == 0)
                break;

            if (!_link.TrySendCopy(parcel, data.Slice(sent, parcel.Length), out _))
            {
                Count(ref Counters.LinkStalls, ref _link.Counters.LinkStalls, 1);
                break;
            }

            Sent(parcel);
            CountCopy(parcel.Length, isRegistered: false);
            sent += parcel.Length;
        }

        if (sent == data.Length)
            return sent;

        if (_sends.IsEmpty)
            sent += Gather(data[sent..], mayTakePart && sent == 0 && CanGo);

        // What could not go may have left a delivery open, which is closed if nothing follows.
        UpdateBacklog();
        Unblock();
        return sent;
    }

    private void ThrowIfSendShut()
    {
        ThrowIfDisposed();
        Throw(TakeFailure());
        if (Has(State.SendShut | State.Dead))
            throw new SocketException((int)SocketError.Shutdown);
    }

    private void Enqueue(SendOperation operation)
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
        if (!Has(State.SendShut) || !Has(State.Established) || HasUnsent || Has(State.LastWordSent) || Has(State.Dead))
            return;

        if (Has(State.PeerClosed))
            _link.QueuePatiently(this, ControlFlags.Fin);
        else
            _link.Queue(this, ControlFlags.Fin);
    }

    private void DropUnsent()
    {
        DropGathered();
        _adverts?.Clear();
        _link.RemoveReady(this);
    }

    /// <param name="error">What those who wait are told.</param>
    /// <param name="keepPipelined">Nobody waits for pipelined sends: they go out behind a close, as from a kernel's buffer.</param>
    private void EndSends(SocketError error, bool keepPipelined = false)
    {
        while (_sends.First is SendOperation first && !(keepPipelined && first.IsPipelined))
            ((SendOperation)_sends.RemoveFirst()).End(error);

        UpdateBacklog();
    }

    private void CountCopy(int length, bool isRegistered)
    {
        if (isRegistered)
            Count(ref Counters.BytesSentUncopied, ref _link.Counters.BytesSentUncopied, length);
        else if (length <= _link.MaxInline && !_link.IsBundling)
            Count(ref Counters.BytesInlined, ref _link.Counters.BytesInlined, length);
        else
            Count(ref Counters.BytesStaged, ref _link.Counters.BytesStaged, length);
    }

    private SendOperation RentSend()
    {
        foreach (ref SendOperation? spare in _spareSends)
        {
            if (spare is not null && Interlocked.Exchange(ref spare, null) is { } operation)
                return operation;
        }

        return new SendOperation(this);
    }

    /// <summary>An operation that nobody holds any more is kept for the next.</summary>
    public void Keep(SendOperation operation)
    {
        foreach (ref SendOperation? spare in _spareSends)
        {
            if (Interlocked.CompareExchange(ref spare, operation, null) is null)
                return;
        }
    }

    /// <summary>As many as a pipe has under way at once.</summary>
    [InlineArray(4)]
    private struct SpareSends
    {
        private SendOperation? _first;
    }
}
