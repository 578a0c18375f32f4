namespace FastSockets.Transport.Protocol;

/// <summary>
/// The sending end of receive posting: the peer's posted receives, oldest first, and the one that is being filled. Each takes one
/// delivery: some whole chunks, and a last write that tells the peer.
/// </summary>
/// <remarks>
/// An advert carries the count of eager bytes that the peer had received when it sent it. While this end has sent no more than that,
/// everything eager has been seen by the peer before it posted the receive, so the next byte of the stream is the receive's first.
/// Once more has been sent, the advert is stale for good, and the peer learns so from the very bytes that made it stale.
/// </remarks>
internal sealed class PeerAdverts
{
    /// <summary>Adverts that an end may have outstanding on one connection.</summary>
    public const int Max = 16;

    private readonly Advert[] _adverts = new Advert[Max];
    private int _first;
    private int _count;
    private ushort _nextId;

    // Withdrawn before they were used: to be answered.
    private readonly Queue<(ushort Id, ulong EagerCount)> _revoked = new(Max);

    internal record struct Advert(ushort Id, ulong EagerCount, LentMemory Memory);

    /// <summary>Bytes written into the first advert by whole chunks, which its peer has not been told of.</summary>
    public int Filled { get; private set; }

    public int Chunks { get; private set; }

    /// <summary>A delivery has begun, and nothing has told the peer yet.</summary>
    public bool IsOpen => Filled > 0;

    /// <summary>The delivery is to end where it is.</summary>
    public bool MustClose { get; private set; }

    public ref readonly Advert First => ref _adverts[_first];

    /// <summary>Bytes that the first advert still takes.</summary>
    public int Room => MustClose ? 0 : (int)First.Memory.Length - Filled;

    /// <returns>What is wrong with it, or null.</returns>
    public string? Add(in ControlEntry entry, ulong eagerSent, int chunkSize)
    {
        if (entry.Small != _nextId)
            return "its adverts are out of order";

        if (entry.Large > eagerSent)
            return "its advert has seen more than was sent";

        if (entry.Memory.Length == 0 || entry.Memory.Length > (long)chunkSize * (Immediate.MaxChunks + 1) ||
            entry.Memory.Address > ulong.MaxValue - entry.Memory.Length)
            return "its advert is for an impossible range";

        DropStale(eagerSent);
        if (_count + _revoked.Count == Max)
            return "it has too many adverts outstanding";

        _nextId++;
        _adverts[(_first + _count++) % Max] = new Advert(entry.Small, entry.Large, entry.Memory);
        return null;
    }

    /// <summary>
    /// Whether the next byte has a posted receive to go to. Drops what is stale. No delivery may overtake the answer to a REVOKE: the
    /// peer would take it for one into the receive that it wants back.
    /// </summary>
    public bool HasTarget(ulong eagerSent)
    {
        DropStale(eagerSent);
        return _count > 0 && (!HasRevoked || IsOpen);
    }

    /// <summary>A whole chunk was written, and more of this delivery follows.</summary>
    public void Fill(int chunk)
    {
        Filled += chunk;
        Chunks++;
    }

    /// <summary>The delivery's last write was posted.</summary>
    public void Finish() => RemoveFirst();

    /// <summary>The peer wants a receive back. What is used or stale needs no answer: the bytes that made it so are one.</summary>
    public void Revoke(ushort id, ulong eagerSent)
    {
        DropStale(eagerSent);
        if (_count > 0 && First.Id == id && IsOpen)
        {
            MustClose = true;
            return;
        }

        for (int i = 0; i < _count; i++)
        {
            Advert advert = _adverts[(_first + i) % Max];
            if (advert.Id != id)
                continue;

            for (; i + 1 < _count; i++)
                _adverts[(_first + i) % Max] = _adverts[(_first + i + 1) % Max];

            _count--;
            _revoked.Enqueue((id, advert.EagerCount));
            return;
        }
    }

    public bool TryTakeRevoked(ulong eagerSent, out ushort id)
    {
        DropStale(eagerSent);
        bool has = _revoked.TryDequeue(out (ushort Id, ulong) revoked);
        id = revoked.Id;
        return has;
    }

    public bool HasRevoked => _revoked.Count > 0;

    /// <summary>Nothing more is sent on the connection.</summary>
    public void Clear()
    {
        _count = 0;
        _revoked.Clear();
        Filled = Chunks = 0;
        MustClose = false;
    }

    /// <summary>What is stale here is void at the peer when the eager bytes arrive, and counts for nothing there.</summary>
    private void DropStale(ulong eagerSent)
    {
        while (_count > 0 && First.EagerCount != eagerSent)
            RemoveFirst();

        while (_revoked.TryPeek(out (ushort, ulong EagerCount) revoked) && revoked.EagerCount != eagerSent)
            _revoked.Dequeue();
    }

    private void RemoveFirst()
    {
        _first = (_first + 1) % Max;
        _count--;
        Filled = Chunks = 0;
        MustClose = false;
    }
}
