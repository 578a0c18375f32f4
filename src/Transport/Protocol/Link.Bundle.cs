using FastSockets.Transport.Fabric;
using FastSockets.Transport.Progress;

namespace FastSockets.Transport.Protocol;

/// <summary>How a turn at posting a bundle went.</summary>
internal enum BundleTurn
{
    Posted,

    /// <summary>Hardly anything had come together: its sender may not have run since.</summary>
    Early,

    /// <summary>Messages go one by one again.</summary>
    Over,
}

/// <summary>
/// Short messages that follow one another faster than the device takes them. They are gathered, whichever connections they are of, while
/// the engine's thread posts those before them, and leave together: as one message, which costs the sender, the receiver and the wire the
/// same whether it brings 64 bytes or 64 times as many.
/// </summary>
/// <remarks>
/// A bundle waits for the posting of the one before it, and for a pause after that which is in proportion (<see cref="BundlePace"/>); the
/// first for the engine's thread to come; none for an answer of the peer. Bundling begins only while many short messages are being sent. Where posting is quick, hardly anything comes together meanwhile and bundling
/// ends; it is then tried less and less often.
/// </remarks>
internal sealed partial class Link
{
    /// <summary>Sends in a bundle, on the average, with which bundling has paid for waking the engine's thread.</summary>
    private const int WorthWhile = 4;

    private const int MostSkips = 4096;

    /// <summary>Signal intervals of short messages in a tick or two that are many: who sends fewer gains nothing by sending them together.</summary>
    private const int ManyIntervals = 4;

    // The bundle that grows. What it needs was there when it was begun, a credit and a place in the send queue, and is there until it is
    // posted: whatever else is posted goes behind it.
    private int _bundleSlab = -1;
    private int _bundleLength;
    private int _bundleSends;

    // Its last entry, which grows while sends are of the same connection.
    private ConnectionId _entryTarget;
    private int _entryStart;
    private int _entries;

    // Short messages in this tick and in the one before.
    private int _short;
    private int _shortBefore;

    // Short messages that went alone since bundling was last tried, and how many must.
    private int _skipped;
    private int _skips;

    // Since bundling began.
    private int _bundlesPosted;
    private int _sendsBundled;
    private bool _wasLone;

    /// <summary>Short messages are being bundled.</summary>
    public bool IsBundling { get; private set; }

    /// <summary>The header tells the length in 16 bits.</summary>
    private int MaxBundle => Math.Min(_maxMessage, ushort.MaxValue);

    /// <summary>A thread posts to the queue pair without the link's lock.</summary>
    public bool IsPosting
    {
        get
        {
            Enter();
            bool isDetached = _ring.IsDetached;
            _lock.Exit();
            return isDetached;
        }
    }

    /// <summary>What is to be posted before anything else.</summary>
    private int UnpostedBundles => _bundleSlab < 0 ? 0 : 1;

    private int EntryLength => _bundleLength - _entryStart - ControlMessage.HeaderSize;

    /// <summary>Posts the bundle, if there is one. For the engine's thread, which holds no lock.</summary>
    public BundleTurn PumpBundle()
    {
        Enter();
        bool isLone = _bundleSends <= 1;
        if (HasEnded || _postFailed || (isLone && _wasLone))
        {
            EndBundling();
            Leave();
            return BundleTurn.Over;
        }

        _wasLone = isLone;
        if (_bundleSends == 0 || (isLone && _bundlesPosted == 0))
        {
            Leave();
            return BundleTurn.Early;
        }

        _postFailed |= !_ring.Flush();
        SendRequest bundle = TakeBundle(out int slab);
        _ring.Detach(ref bundle, slab);
        _lock.Exit();
        // Senders want the lock all the time: it is not asked for a second time in a turn without need.
        if (!_ring.PostDetached(bundle))
        {
            Enter();
            _postFailed = true;
            Leave();
        }

        return isLone ? BundleTurn.Early : BundleTurn.Posted;
    }

    /// <summary>Adds a copy of a short message's bytes to those that leave together.</summary>
    /// <returns>False when it is to be sent as one of its own, if the link still takes any.</returns>
    private bool TryBundle(in Parcel parcel, ReadOnlySpan<byte> data)
    {
        _short++;
        if ((!IsBundling && !IsTimeToBundle) || parcel.IsDirect)
            return false;

        // Short by this end's slabs; the peer's may be much smaller.
        if ((2 * ControlMessage.HeaderSize) + data.Length > MaxBundle)
            return false;

        if (_bundleSlab >= 0 && _bundleLength + ControlMessage.HeaderSize + data.Length > MaxBundle)
            PostBundle();

        if (_bundleSlab < 0 && !TryBeginBundle())
            return false;

        Span<byte> bundle = _host.SendSlabs.Span(_bundleSlab, 0, MaxBundle);
        if (_entries == 0 || parcel.Peer != _entryTarget)
        {
            _entryTarget = parcel.Peer;
            _entryStart = _bundleLength;
            _bundleLength += ControlMessage.HeaderSize;
            _entries++;
        }

        data.CopyTo(bundle[_bundleLength..]);
        _bundleLength += data.Length;
        _bundleSends++;
        ControlMessage.WriteEntry(bundle[_entryStart..], new ControlEntry(ControlKind.Data, _entryTarget, (ushort)EntryLength));
        Counters.SendsBundled++;
        CountTurn(parcel);
        return true;
    }

    /// <summary>A whole signal interval is under way, and not for the first time if bundling did not pay the last time.</summary>
    private bool IsTimeToBundle =>
        _ring.UnderWay >= _ring.SignalInterval && _short + _shortBefore > ManyIntervals * _ring.SignalInterval && ++_skipped > _skips;

    private void BeginShortPeriod()
    {
        _shortBefore = _short;
        _short = 0;
    }

    private bool TryBeginBundle()
    {
        if (!CanSendData || !_host.SendSlabs.TryRent(StagingReserve, out _bundleSlab))
            return false;

        _bundleLength = ControlMessage.HeaderSize;
        if (!IsBundling)
        {
            IsBundling = true;
            _host.BundlingBegan(this);
        }

        return true;
    }

    private void EndBundling()
    {
        if (_bundleSlab >= 0)
            PostBundle();

        bool isWorthWhile = _sendsBundled >= WorthWhile * _bundlesPosted;
        _skips = isWorthWhile ? 0 : Math.Min((2 * _skips) + _ring.SignalInterval, MostSkips);
        _skipped = _bundlesPosted = _sendsBundled = 0;
        IsBundling = _wasLone = false;
    }

    private void PostBundle()
    {
        SendRequest request = TakeBundle(out int slab);
        _postFailed |= !_ring.Add(request, slab, isBundle: true);
    }

    private SendRequest TakeBundle(out int slab)
    {
        slab = _bundleSlab;
        var request = new SendRequest
        {
            Address = _host.SendSlabs.Address(slab),
            LocalKey = _host.SendSlabs.Key(slab),
            Length = _bundleLength,
            Flags = SendFlags.Solicited,
        };
        uint granted = _credits.Announce();
        if (_entries > 1)
            ControlMessage.WriteHeader(_host.SendSlabs.Span(slab, 0, _bundleLength), granted);
        else
        {
            // Of one connection only: its bytes need no entry, and the receiver need not copy them out of the slab at once.
            const int Headers = 2 * ControlMessage.HeaderSize;
            request.Address += Headers;
            request.Length -= Headers;
            request.Immediate = new Immediate(_entryTarget.Index, granted).Value;
            request.Flags |= SendFlags.Immediate;
        }

        _bundlesPosted++;
        ForgetBundle();
        return request;
    }

    private void DropBundle()
    {
        if (_bundleSlab < 0)
            return;

        _host.SendSlabs.Return(_bundleSlab);
        ForgetBundle();
    }

    private void ForgetBundle()
    {
        _sendsBundled += _bundleSends;
        _bundleSlab = -1;
        _bundleLength = _bundleSends = _entries = 0;
    }
}
