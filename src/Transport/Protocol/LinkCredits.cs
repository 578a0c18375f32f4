namespace FastSockets.Transport.Protocol;

/// <summary>
/// Both directions of a link's credits. One credit is one slab in the receiver's shared receive queue, and every message
/// costs one. Counters are cumulative since the link began, so that any later announcement repairs a lost or late one.
/// </summary>
/// <remarks>
/// Why this cannot stall: data leaves the last <see cref="ControlReserve"/> credits alone, control the last one, which
/// only an announcement of at least half the grant may take. So of the two ends at least one always holds a credit, and
/// an end without any has a peer that owes it an announcement: at most a quarter of the grant is held in slabs
/// (see <see cref="HoldLimit"/>), hence over half of it is free to announce.
/// </remarks>
internal struct LinkCredits(int grant)
{
    /// <summary>The smallest grant with which the argument above holds.</summary>
    public const int MinGrant = 16;

    /// <summary>The largest that 11 bits of a cumulative counter can tell apart.</summary>
    public const int MaxGrant = (int)Immediate.CreditMask / 2;

    private const int ControlReserve = 2;

    private uint _limit;
    private uint _sent;
    private uint _granted = (uint)grant;
    private uint _announced = (uint)grant;
    private uint _received;

    public readonly int Grant => grant;

    /// <summary>Slabs that unread data may keep from being posted again.</summary>
    public readonly int HoldLimit => grant / 4;

    public readonly bool CanSendData => Available > ControlReserve;

    public readonly bool CanSendControl => Available > 1;

    /// <summary>Whether a message that only announces credits is due, and may be sent.</summary>
    public readonly bool MustAnnounce => _granted - _announced >= grant / 2 && Available > 0;

    private readonly int Available => (int)(_limit - _sent);

    /// <summary>The cumulative grant, to be told with any message that is about to be posted.</summary>
    public uint Announce()
    {
        _sent++;
        _announced = _granted;
        return _granted;
    }

    /// <summary>A slab that this link's peer had filled is posted again.</summary>
    public void SlabPosted() => _granted++;

    /// <summary>Counts a received message. False: the peer sent more than it had credits for.</summary>
    public bool TryCountReceived() => (int)(_announced - ++_received) >= 0;

    /// <summary>Takes the peer's count from a control message or its hello. False: no honest peer says that.</summary>
    public bool TryRaiseLimit(uint granted)
    {
        uint added = granted - _limit;
        if ((int)(granted - _sent) > MaxGrant || (int)added < 0)
            return false;

        _limit = granted;
        return true;
    }

    /// <summary>Takes the peer's count from an immediate, of which only the low bits travel.</summary>
    public bool TryRaiseLimitFromImmediate(uint credits) =>
        TryRaiseLimit(_limit + ((credits - _limit) & Immediate.CreditMask));
}
