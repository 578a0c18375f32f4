using FastSockets.Transport.Fabric;
using FastSockets.Transport.Memory;
using FastSockets.Transport.Progress;

namespace FastSockets.Transport.Protocol;

internal sealed partial class Link
{
    /// <summary>Places in the send queue that data leaves to control messages.</summary>
    private const int ControlSendReserve = 4;

    /// <summary>Of the send slabs, the part that data waiting in slabs leaves to data that can go.</summary>
    private const int StagingReserve = 32;

    // Waiting for a place in the send queue.
    private readonly Queue<ReceiveOperation> _invalidations = new();

    /// <summary>
    /// Slabs that may be under way before the next turn is decided on, while others send short messages: what the queue pair has been
    /// given is out of reach of turns. So much is what a bulk stream adds to the round trip of another connection.
    /// </summary>
    private const int ChunkWhenShared = 1;

    /// <summary>The same while all that send send much: they gain more by a full wire than they lose by waiting.</summary>
    private const int ChunkWhenNotAlone = 8;

    private readonly ConnectionList _ready = new(Membership.Ready);

    // How often another connection than the one before has sent a short message, in this period.
    private uint _lastSender;
    private int _shortTurns;
    private bool _wasShared;

    /// <summary>Enough is under way, as there are others who may want a turn.</summary>
    private bool IsCrowded
    {
        get
        {
            int slab = _host.SendSlabs.SlabSize;
            return _ring.BulkOnTheWay >= ChunkWhenShared * slab && _connections.Count > 1
                && (_shortTurns >= 2 || _wasShared || _ring.BulkOnTheWay >= ChunkWhenNotAlone * slab);
        }
    }

    private bool CanSendData => _isOpen && !HasEnded && !_postFailed &&
        _credits.CanSendData(behind: UnpostedBundles) && _ring.Free - UnpostedBundles > ControlSendReserve;

    /// <summary>Messages up to this size are copied into their work request.</summary>
    public int MaxInline => _queuePair.MaxInline;

    /// <summary>The connection has unsent data and window: it takes its turn.</summary>
    public void AddReady(Connection connection) => _ready.Add(connection);

    public void RemoveReady(Connection connection) => _ready.Remove(connection);

    /// <summary>Counts the connections with unsent data.</summary>
    public void BacklogChanged(int delta) => _backlogged += delta;

    /// <summary>Sends a chunk of each ready connection in turn, while the link takes any.</summary>
    private void Pump()
    {
        while (CanSendData && !IsCrowded && _ready.RemoveFirst() is { } connection)
        {
            switch (connection.SendChunk())
            {
                case ChunkResult.MoreToSend:
                    _ready.Add(connection);
                    break;
                case ChunkResult.NoSlab:
                    _ready.Add(connection);
                    Starve();
                    return;
            }
        }
    }

    private void Starve()
    {
        _isStarved = true;
        _host.StarvedOfSlabs(this);
    }

    /// <summary>Posts one message with a copy of <paramref name="data"/>. False when the link takes none now.</summary>
    /// <param name="parcel">Where it goes.</param>
    /// <param name="data">What to send; copied before this returns.</param>
    /// <param name="noSlab">True when it is for want of a send slab that nothing was sent.</param>
    public unsafe bool TrySendCopy(in Parcel parcel, ReadOnlySpan<byte> data, out bool noSlab)
    {
        noSlab = false;
        bool isShort = _ring.IsShort(data.Length);
        if (isShort && TryBundle(parcel, data))
            return true;

        if (!CanSendData || (!isShort && IsCrowded))
            return false;

        if (data.Length <= _queuePair.MaxInline)
        {
            fixed (byte* bytes = data)
                PostData(parcel, (nint)bytes, 0, data.IsEmpty ? SendFlags.None : SendFlags.Inline, -1, null);

            return true;
        }

        if (!_ring.TryStage(data.Length, out nint address, out uint key, out int ownSlab))
        {
            noSlab = true;
            return false;
        }

        data.CopyAtSpeedTo(new Span<byte>((void*)address, data.Length));
        PostData(parcel, address, key, SendFlags.None, ownSlab, null);
        return true;
    }

    /// <summary>Posts one message out of a slab that the connection has filled. False when the link takes none now.</summary>
    /// <param name="parcel">Where it goes.</param>
    /// <param name="slab">The slab, given away with the message that takes it to its end.</param>
    /// <param name="offset">The first byte to send.</param>
    /// <param name="isRest">Nothing is left in the slab then.</param>
    public bool TrySendSlab(in Parcel parcel, int slab, int offset, bool isRest)
    {
        if (_ring.IsShort(parcel.Length) && TryBundle(parcel, _host.SendSlabs.Span(slab, offset, parcel.Length)))
        {
            if (isRest)
                DropStaging(slab);

            return true;
        }

        if (!CanSendData)
            return false;

        PostData(
            parcel, _host.SendSlabs.Address(slab) + offset, _host.SendSlabs.Key(slab), SendFlags.None, isRest ? slab : -1, null);
        return true;
    }

    /// <summary>Posts one message out of the operation's own registered memory. False when the link takes none now.</summary>
    public bool TrySendRegistered(in Parcel parcel, SendOperation operation)
    {
        if (!CanSendData)
            return false;

        PostData(parcel, operation.RestAddress, operation.Key, SendFlags.None, -1, operation);
        operation.Posted(parcel.Length);
        return true;
    }

    /// <summary>Lends memory to the peer, for an advert that is sent after this. False when it cannot be done now.</summary>
    public bool TryBind(Loan loan)
    {
        if (HasEnded || _postFailed)
            return false;

        if (loan.Window is null)
            return true;

        if (_ring.Free <= ControlSendReserve)
            return false;

        var request = new SendRequest
        {
            Kind = SendKind.Bind, Address = loan.Address, Length = loan.Length, Window = loan.Window, Region = loan.Region,
        };
        Post(request);
        return true;
    }

    /// <summary>
    /// Takes a receive's memory back from the peer, and concludes the receive when no device writes it any more. Through the queue pair,
    /// behind the binding: a window that is freed while its binding is under way would fail the queue pair.
    /// </summary>
    public void Invalidate(ReceiveOperation receive)
    {
        _invalidations.Enqueue(receive);
        if (HasEnded)
            RevokeAll();
        else
            FlushInvalidations();
    }

    private void FlushInvalidations()
    {
        while (_invalidations.Count > 0 && !_postFailed && _ring.Free > 0)
        {
            ReceiveOperation receive = _invalidations.Dequeue();
            var request = new SendRequest { Kind = SendKind.Invalidate, Window = receive.Loan!.Window };
            Post(request, -1, receive);
        }
    }

    /// <summary>The link has ended: nothing goes through its queue pair any more.</summary>
    private void RevokeAll()
    {
        while (_invalidations.TryDequeue(out ReceiveOperation? receive))
        {
            receive.Loan!.Revoke();
            receive.Conclude();
        }
    }

    /// <summary>A slab for a connection to gather what cannot be sent yet; false while they are needed for what can.</summary>
    public bool TryRentStaging(out int slab) => _host.SendSlabs.TryRent(StagingReserve, out slab);

    /// <summary>Gives back a slab whose bytes are not to be sent any more, though some may be on their way.</summary>
    public void DropStaging(int slab) => _ring.Retire(slab);

    /// <summary>Sends completed, or failed.</summary>
    public void OnSendCompleted(ulong id, int status)
    {
        Activity++;
        if (status != 0)
            Fail($"a send failed with status {status}");

        if (!_ring.TryComplete(id, status == 0))
            Fail("the device completed what was not posted");
    }

    private void BeginSharingPeriod()
    {
        _wasShared = _shortTurns >= 2;
        _shortTurns = 0;
    }

    private void CountTurn(in Parcel parcel)
    {
        if (parcel.Peer.Index == _lastSender)
            return;

        _lastSender = parcel.Peer.Index;
        if (_ring.IsShort(parcel.Length))
            _shortTurns++;
    }

    private void PostData(in Parcel parcel, nint address, uint key, SendFlags flags, int freedSlab, ISendOwner? owner)
    {
        CountTurn(parcel);
        var request = new SendRequest { Address = address, Length = parcel.Length, LocalKey = key, Flags = flags };
        if (!parcel.IsDirect)
        {
            request.Immediate = new Immediate(parcel.Peer.Index, _credits.Announce()).Value;
            request.Flags |= SendFlags.Immediate | SendFlags.Solicited;
        }
        else
        {
            request.Kind = SendKind.Write;
            request.RemoteAddress = parcel.RemoteAddress;
            request.RemoteKey = parcel.RemoteKey;
            if (parcel.IsLast)
            {
                // It takes a slab of the peer's, though it leaves it empty.
                _credits.CountSent();
                request.Immediate = Immediate.Direct(parcel.Peer.Index, parcel.Chunks).Value;
                request.Flags |= SendFlags.Immediate | SendFlags.Solicited;
            }
        }

        Post(request, freedSlab, owner);
    }

    private void Post(in SendRequest request, int freedSlab = -1, ISendOwner? owner = null)
    {
        if (_bundleSlab >= 0)
            PostBundle();

        // Not failed here: the connection that is sending must not be ended under its own feet. Exit does it.
        _postFailed |= !_ring.Add(request, freedSlab, owner);
    }
}
