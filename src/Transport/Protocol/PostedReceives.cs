using FastSockets.Transport.Progress;

namespace FastSockets.Transport.Protocol;

/// <summary>
/// The receiving end of receive posting: the receives whose adverts are at the peer or on their way, oldest first. The peer
/// delivers into them in this order.
/// </summary>
internal sealed class PostedReceives
{
    private readonly (ReceiveOperation? Operation, ushort Id)[] _posted = new (ReceiveOperation?, ushort)[PeerAdverts.Max];
    private int _first;
    private int _count;
    private ushort _nextId;

    public bool IsEmpty => _count == 0;

    public bool IsFull => _count == PeerAdverts.Max;

    /// <returns>The advert's id.</returns>
    public ushort Add(ReceiveOperation operation)
    {
        _posted[(_first + _count++) % PeerAdverts.Max] = (operation, _nextId);
        return _nextId++;
    }

    /// <summary>The peer has written into the oldest. Null: its memory was taken back without the peer's answer.</summary>
    public ReceiveOperation? TakeFirst()
    {
        ReceiveOperation? operation = _posted[_first].Operation;
        _posted[_first] = default;
        _first = (_first + 1) % PeerAdverts.Max;
        _count--;
        return operation;
    }

    /// <summary>The oldest; null as for <see cref="TakeFirst"/>.</summary>
    public ReceiveOperation? First => _posted[_first].Operation;

    /// <summary>The next that was withdrawn and that the peer has not been asked for.</summary>
    public bool TryTakeWithdrawn(out ushort id)
    {
        for (int i = 0; i < _count; i++)
        {
            (ReceiveOperation? operation, id) = _posted[(_first + i) % PeerAdverts.Max];
            if (operation is not { Posting: Posting.Withdrawn, IsAskedFor: false })
                continue;

            operation.IsAskedFor = true;
            return true;
        }

        id = 0;
        return false;
    }

    /// <summary>Takes one that was withdrawn at least <paramref name="patience"/> ago; its place stays for what the peer may still say.</summary>
    public bool TryTakeOverdue(long now, long patience, out ReceiveOperation? operation)
    {
        for (int i = 0; i < _count; i++)
        {
            ref (ReceiveOperation? Operation, ushort Id) entry = ref _posted[(_first + i) % PeerAdverts.Max];
            operation = entry.Operation;
            if (operation is not { Posting: Posting.Withdrawn })
                continue;

            if (operation.WithdrawnAt == 0)
                operation.WithdrawnAt = now;

            if (now - operation.WithdrawnAt < patience)
                continue;

            entry.Operation = null;
            return true;
        }

        operation = null;
        return false;
    }

    /// <summary>The peer has given back what it was asked for. False: that is not outstanding any more, or nobody asked.</summary>
    /// <param name="id">The advert's id.</param>
    /// <param name="operation">The receive; null if its memory was taken back before.</param>
    public bool TryRemove(ushort id, out ReceiveOperation? operation)
    {
        for (int i = 0; i < _count; i++)
        {
            (operation, ushort known) = _posted[(_first + i) % PeerAdverts.Max];
            if (known != id || operation is { IsAskedFor: false })
                continue;

            for (; i + 1 < _count; i++)
                _posted[(_first + i) % PeerAdverts.Max] = _posted[(_first + i + 1) % PeerAdverts.Max];

            _posted[(_first + --_count) % PeerAdverts.Max] = default;
            return true;
        }

        operation = null;
        return false;
    }
}
