namespace FastSockets.Transport.Protocol;

/// <summary>
/// Both directions of a link's credits. One credit is one slab in the receiver's shared receive queue, and every message
/// costs one. Counters are cumulative since the link began, so that any later announcement repairs a lost or late one.
/// </summary>
/// <remarks>
/// Why this cannot stall: data leaves the last <see cref="ControlReserve"/> credits alone, control the last one, which
/// only an announcement of at least half the grant may take. So of the two ends at least one always holds a credit, and
/// an end without any has a peer that owes it an announcement: at most a quarter of the grant is held in slabs
/// (see <see cref="HoldLimit"/>), hence over half of it is free to announce. All of that holds for a grant of any size from
/// <see cref="MinGrant"/>, so the grant may change: it grows when the peer has used up most of it more than once within a
/// period, and the peer gives back what it had no use for.
/// </remarks>
internal struct LinkCredits(int grant)
{
    /// <summary>The smallest grant with which the argument above holds, and the one that links begin with.</summary>
    public const int MinGrant = 8;

    /// <summary>The largest that 11 bits of a cumulative counter can tell apart.</summary>
    public const int MaxGrant = (int)Immediate.CreditMask / 2;

    private const int ControlReserve = 2;

    private uint _limit;
    private uint _sent;
    private uint _granted = (uint)grant;
    private uint _announced = (uint)grant;
    private uint _received;

    // Of the grant to the peer: whether it has run low since the last announcement, and how often it has in this period.
    private bool _isLow;
    private int _timesLow;

    // Of the peer's grant: the least that was left in this period.
    private int _leastLeft;

    /// <summary>Slabs that the peer may fill, or has filled and that are not posted again yet.</summary>
    public int Grant { get; private set; } = grant;

    /// <summary>Slabs that unread data may keep from being posted again.</summary>
    public readonly int HoldLimit => Grant / 4;

    /// <summary>The peer would use more than it has.</summary>
    public readonly bool RunsLow => _timesLow >= 2;

    /// <summary>Credits of the peer's that this end has had no use for in this period, and does not need to keep.</summary>
    public readonly int Unused => Math.Max(0, Math.Min(_leastLeft, Available) - MinGrant);

    /// <summary>Messages that the peer takes now.</summary>
    public readonly int Available => (int)(_limit - _sent);

    /// <summary>Whether data may go behind so many messages that are to be sent before it.</summary>
    public readonly bool CanSendData(int behind) => Available - behind > ControlReserve;

    public readonly bool CanSendControl => Available > 1;

    /// <summary>Whether a message that only announces credits is due, and may be sent.</summary>
    public readonly bool MustAnnounce => _granted - _announced >= Grant / 2 && Available > 0;

    /// <summary>The cumulative grant, to be told with any message that is about to be posted.</summary>
    public uint Announce()
    {
        _sent++;
        _leastLeft = Math.Min(_leastLeft, Available);
        _announced = _granted;
        if (_isLow)
        {
            _isLow = false;
            _timesLow++;
        }

        return _granted;
    }

    /// <summary>A message that has no room to tell the grant takes its credit.</summary>
    public void CountSent()
    {
        _sent++;
        _leastLeft = Math.Min(_leastLeft, Available);
    }

    /// <summary>A slab that this link's peer had filled is posted again.</summary>
    public void SlabPosted() => _granted++;

    /// <summary>Counts a received message. False: the peer sent more than it had credits for.</summary>
    public bool TryCountReceived()
    {
        int left = (int)(_announced - ++_received);
        _isLow |= left <= Grant / 4;
        return left >= 0;
    }

    /// <summary>What was used is counted from now on.</summary>
    public void BeginPeriod()
    {
        _timesLow = 0;
        _leastLeft = Available;
    }

    /// <summary>More slabs serve this link, or none: then what it has must do for now.</summary>
    public void Grow(int credits)
    {
        Grant += credits;
        _granted += (uint)credits;
        _timesLow = 0;
    }

    /// <summary>Gives credits of the peer's back to it: as if that many messages had been sent.</summary>
    public void Return(int credits)
    {
        _sent += (uint)credits;
        _leastLeft -= credits;
    }

    /// <summary>The peer gives credits back: as if that many messages had come. False: it has not got so many.</summary>
    public bool TryTakeBack(int credits)
    {
        if (credits > (int)(_announced - _received) || credits > Grant - MinGrant)
            return false;

        _received += (uint)credits;
        Grant -= credits;
        return true;
    }

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
