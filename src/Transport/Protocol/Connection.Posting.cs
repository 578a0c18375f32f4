using System.Net.Sockets;
using System.Runtime.InteropServices;
using FastSockets.Transport.Memory;
using FastSockets.Transport.Progress;
using FastSockets.Transport.Protocol;

namespace FastSockets.Transport;

/// <summary>
/// Receive posting, the receiving end: a large receive that waits is lent to the peer, which then writes into it.
/// </summary>
/// <remarks>
/// A receive is posted only while nothing is queued before it, and only behind receives that are posted themselves; so the peer
/// delivers in the order of the calls. Eager bytes that arrive while adverts are out make them void at both ends.
/// While a program receives in this way, the window is held back: a sender that is always ahead would send eager for ever, every
/// advert crossing bytes under way. With the window used up it stands exactly where the next posted receive begins.
/// </remarks>
internal sealed partial class Connection
{
    /// <summary>How long the peer may take to give a posted receive back before it is taken, in milliseconds.</summary>
    private const long RevokePatience = 2000;

    private const int MaxBackoff = 127;

    /// <summary>Postings' cost that gains may make up for in advance.</summary>
    private const int MostGain = 4;

    private PostedReceives? _posted;
    private ulong _arrivedDirect;
    private bool _holdsWindow;

    // Bytes that deliveries have spared the copy of, less those whose copying costs as much as the posting did. A little is remembered.
    private int _gain;

    // The last lent receive that a slab has served was brought little.
    private bool _wasShort;

    // Where posting is no gain so many receives are not posted before it is tried again.
    private byte _skip;
    private byte _backoff;

    private bool HasAdverts => _posted is { IsEmpty: false };

    /// <summary>The peer has written the last of a delivery. Says what is wrong with it, or null.</summary>
    public string? OnDirect(int chunks, int length)
    {
        if (Has(State.LastWordReceived))
            return "it sent data after its end";

        if (!HasAdverts)
            return "it wrote without an advert";

        long total = ((long)chunks * _link.ChunkSize) + length;
        ReceiveOperation? receive = _posted!.First;
        if (total == 0 || length < 0 || length > _link.ChunkSize || total > (receive?.Loan!.Length ?? int.MaxValue))
            return "its delivery does not fit the advert";

        _posted.TakeFirst();
        _arrivedDirect += (ulong)total;
        if (receive is null)
        {
            // It gave no answer for so long that the memory was taken back; now it says that some of the stream went there.
            Reset(SocketError.ConnectionReset);
            return null;
        }

        if (receive.Posting == Posting.Advertised)
            _receives.RemoveFirst();

        CountReceived((int)total);
        Count(ref Counters.BytesReceivedDirect, ref _link.Counters.BytesReceivedDirect, (int)total);
        Count(ref Counters.AdvertsUsed, ref _link.Counters.AdvertsUsed, 1);
        LearnFromDelivery((int)total);
        // Even if its caller has wanted it back meanwhile: the bytes are there and nowhere else. But not after an end of this
        // direction, when bytes before these may have been dropped.
        if (!Has(State.Dead | State.ReceiveShut))
            receive.Decide((int)total, SocketError.Success);

        End(receive);
        RefuseIfClosed();
        Advertise();
        return null;
    }

    /// <summary>The peer has given a posted receive back unused.</summary>
    public void OnRevoked(ushort id)
    {
        if (_posted is not null && _posted.TryRemove(id, out ReceiveOperation? receive) && receive is not null)
            End(receive);

        Advertise();
    }

    private bool CanLend(Memory<byte> memory)
    {
        if (memory.IsEmpty || memory.Length < Memory.Thresholds.Post)
            return false;

        if (memory.Length >= Memory.Thresholds.Register)
            return true;

        // Pool memory is never an array.
        if (MemoryMarshal.TryGetArray<byte>(memory, out _))
            return false;

        using System.Buffers.MemoryHandle pin = memory.Pin();
        unsafe
        {
            return Memory.CanLend((nint)pin.Pointer, memory.Length);
        }
    }

    /// <summary>Whether the receive that is about to wait is to be posted, as far as is known now.</summary>
    /// <param name="canLend">Its memory is large enough, and can be registered.</param>
    /// <param name="taken">Bytes it got without waiting; -1 when it waits.</param>
    private bool IsToPost(bool canLend, int taken)
    {
        bool isToPost = canLend && _skip == 0 &&
            Has(State.Established) && !Has(State.LastWordReceived | State.Dead | State.ReceiveShut);
        if (canLend && _skip > 0)
            _skip--;

        // Behind a receive that is not lent no advert can be sent, and the window would be held for nothing. It is served before long, though.
        _holdsWindow = isToPost && (_holdsWindow || AllAreLent);
        if (!_holdsWindow)
            AnnounceIfDue();

        return isToPost && taken < 0;
    }

    private bool AllAreLent
    {
        get
        {
            for (Operation? each = _receives.First; each is not null; each = each.Next)
            {
                if (each is ReceiveOperation { Posting: Posting.None })
                    return false;
            }

            return true;
        }
    }

    /// <summary>Lends a receive that waits, and has it advertised. Not under the link's lock: registration takes its time.</summary>
    private void Post(ReceiveOperation receive)
    {
        int length = (int)Math.Min(receive.Length, (long)_link.ChunkSize * (Immediate.MaxChunks + 1));
        Loan? loan = receive.IsCompleted ? null : Memory.TryLend(receive.Pin(), length);
        _link.Enter();
        try
        {
            if (receive.IsCompleted)
            {
                // Data has come meanwhile.
            }
            else if (loan is not null && _link.TryBind(loan))
            {
                receive.Lend(loan);
                loan = null;
                Advertise();
            }
            else
            {
                _holdsWindow = false;
                AnnounceIfDue();
            }
        }
        finally
        {
            _link.Leave();
        }

        if (loan is not null)
            Memory.Return(loan);
    }

    private void Advertise()
    {
        if (NextToAdvertise() is not null)
            _link.Queue(this, ControlFlags.Advert);
    }

    /// <summary>The first receive without an advert, if it is lent.</summary>
    private ReceiveOperation? NextToAdvertise()
    {
        if (_posted is { IsFull: true } || Has(State.LastWordReceived | State.Dead))
            return null;

        Operation? next = _receives.First;
        while (next is ReceiveOperation { Posting: Posting.Advertised })
            next = next.Next;

        return next is ReceiveOperation { Posting: Posting.Lent } receive ? receive : null;
    }

    private bool TakeAdvert(out ControlEntry entry)
    {
        if (NextToAdvertise() is not { } receive)
        {
            entry = default;
            return false;
        }

        _posted ??= new PostedReceives();
        receive.Posting = Posting.Advertised;
        Loan loan = receive.Loan!;
        entry = new ControlEntry(
            ControlKind.Advert, _peer, _posted.Add(receive), _arrivedEager,
            new LentMemory((ulong)loan.Address, loan.RemoteKey, (uint)loan.Length));
        Count(ref Counters.AdvertsSent, ref _link.Counters.AdvertsSent, 1);
        if (NextToAdvertise() is not null)
            PendingControl |= ControlFlags.Advert;

        return true;
    }

    private bool TakeRevoke(out ControlEntry entry)
    {
        if (_posted is null || !_posted.TryTakeWithdrawn(out ushort id))
        {
            entry = default;
            return false;
        }

        entry = new ControlEntry(ControlKind.Revoke, _peer, id);
        // There may be more: that is seen when this is asked for next.
        PendingControl |= ControlFlags.Revoke;
        return true;
    }

    /// <summary>Eager bytes, or the peer's last word, have made the adverts void: the peer writes into none of them any more.</summary>
    private void VoidAdverts()
    {
        while (HasAdverts)
        {
            Count(ref Counters.AdvertsStale, ref _link.Counters.AdvertsStale, 1);
            if (_posted!.TakeFirst() is not { } receive)
                continue;

            if (receive.Posting == Posting.Withdrawn)
                End(receive);
            else
                receive.Posting = Posting.Lent;
        }
    }

    private void EndReceives(SocketError error)
    {
        while (!_receives.IsEmpty)
            Withdraw((ReceiveOperation)_receives.RemoveFirst(), error);
    }

    /// <summary>Ends a receive that is in no queue any more. What the peer may write must be given back first.</summary>
    private void Withdraw(ReceiveOperation receive, SocketError error)
    {
        receive.Decide(0, error);
        if (receive.Posting != Posting.Advertised)
        {
            End(receive);
            return;
        }

        receive.Posting = Posting.Withdrawn;
        Count(ref Counters.AdvertsRevoked, ref _link.Counters.AdvertsRevoked, 1);
        _link.Watch(this);
        // A RESET asks for as much, and its answer gives back all.
        if (!Has(State.Dead))
            _link.Queue(this, ControlFlags.Revoke);
    }

    /// <summary>Completes a receive as decided, once no device writes its memory any more. The peer has no valid advert of it.</summary>
    private void End(ReceiveOperation receive)
    {
        if (receive.Loan is { Window: not null })
        {
            _link.Invalidate(receive);
            return;
        }

        receive.Loan?.Revoke();
        receive.Conclude();
    }

    /// <summary>
    /// Learns from deliveries whether posting pays here: they may bring far less than receives have room for. The last of those that bring
    /// one object is often short, and is no reason to cease.
    /// </summary>
    private void LearnFromDelivery(int count)
    {
        long cost = Math.Max(Memory.Thresholds.Post, _link.ChunkSize / 2);
        long gain = Math.Min((long)_gain + count - cost, Math.Min(MostGain * cost, int.MaxValue));
        _gain = (int)Math.Max(gain, 0);
        if (gain < 0)
        {
            BackOff();
            return;
        }

        _backoff = _skip = 0;
        _wasShort = false;
    }

    /// <summary>
    /// Learns from a lent receive that a slab has served. One that is brought little may have been brought the end of a send, or of a window,
    /// before posting comes to work; the next one then is not.
    /// </summary>
    private void LearnFromSlab(ReceiveOperation receive, int count)
    {
        if (receive.Loan is null)
            return;

        bool isShort = count < _link.ChunkSize / 2 && count < receive.Length;
        if (isShort && _wasShort)
            BackOff();

        _wasShort = isShort;
    }

    private void BackOff() => _skip = _backoff = (byte)Math.Min((_backoff * 2) + 1, MaxBackoff);

    /// <returns>Whether something waits for time to pass.</returns>
    private bool OnPostingTick(long now)
    {
        if (_holdsWindow && _receives.IsEmpty)
        {
            // The program does something else now.
            _holdsWindow = false;
            AnnounceIfDue();
        }

        if (!HasAdverts)
            return _holdsWindow;

        while (_posted!.TryTakeOverdue(now, RevokePatience, out ReceiveOperation? overdue))
            End(overdue!);

        return true;
    }
}
