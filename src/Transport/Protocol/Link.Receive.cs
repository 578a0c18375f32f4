using System.Net;
using FastSockets.Transport.Fabric;

namespace FastSockets.Transport.Protocol;

internal sealed partial class Link
{
    // Connections that keep slabs, the longest-keeping first: they spill first when slabs run low.
    private readonly ConnectionList _holders = new(Membership.Holder);
    private int _heldSlabs;
    private uint _messages;

    private const string NoConnection = "it sent data for no connection";
    private const string Unaccepted = "it speaks on a connection that it has not accepted";

    /// <summary>A message has arrived in a slab, which is the link's until <see cref="ReleaseSlab"/>.</summary>
    public void OnReceived(in Completion completion)
    {
        int slab = (int)completion.Id;
        int length = completion.Length;
        bool hasImmediate = completion.HasImmediate;
        Activity++;
        _messages++;
        if (HasEnded)
        {
            ReceiveSlabs.Post(slab);
            return;
        }

        var kind = new Immediate(completion.Immediate);
        string? violation = !_credits.TryCountReceived() ? "it sent more messages than it had credits for"
            // What a write leaves in the slab is an earlier message, of whichever peer.
            : hasImmediate && kind.IsDirect != completion.IsWrite ? "it passes a write off as a message, or a message as a write"
            : hasImmediate && kind.IsDirect ? OnDirect(length, kind)
            : length > ReceiveSlabs.SlabSize ? "a message is longer than a slab"
            : hasImmediate ? OnData(slab, length, kind)
            : OnControl(ReceiveSlabs.Span(slab, 0, length));

        if (violation is not null)
            Fail(violation);

        // OnData gives the slab to the connection; the others have done with it.
        if (violation is not null || !hasImmediate || kind.IsDirect)
            ReleaseSlab(slab);
    }

    public void OnReceiveFailed(int slab, int status)
    {
        ReceiveSlabs.Post(slab);
        Fail($"a receive failed with status {status}");
    }

    private string? OnData(int slab, int length, Immediate immediate)
    {
        if (length == 0)
            return "a data message is empty";

        if (!_credits.TryRaiseLimitFromImmediate(immediate.Credits))
            return "it takes credits back";

        if (_connections.Find(immediate.Index) is not { } connection)
            return NoConnection;

        if (IsUnaccepted(connection))
            return Unaccepted;

        string? violation = connection.OnData(slab, length);
        if (violation is null && _heldSlabs > _credits.HoldLimit && !connection.TryLendLast())
            SpillHeldSlabs();

        return violation;
    }

    private string? OnDirect(int length, Immediate immediate) =>
        _connections.Find(immediate.Index) is { } connection
            ? connection.OnDirect(immediate.Chunks, length)
            : "it wrote for no connection";

    private string? OnControl(ReadOnlySpan<byte> message)
    {
        if (!ControlMessage.TryReadHeader(message, out uint granted))
            return "a control message is malformed";

        if (!_credits.TryRaiseLimit(granted))
            return "it takes credits back";

        ReadOnlySpan<byte> rest = message[ControlMessage.HeaderSize..];
        while (rest.Length > 0)
        {
            if (!ControlMessage.TryReadEntry(ref rest, out ControlEntry entry))
                return "a control entry is malformed";

            if ((entry.Kind == ControlKind.Data ? OnData(entry, ref rest) : OnEntry(entry)) is { } violation)
                return violation;
        }

        return null;
    }

    /// <summary>Data of one connection among that of others. It is copied: the slab serves them all.</summary>
    private string? OnData(in ControlEntry entry, ref ReadOnlySpan<byte> rest)
    {
        int length = entry.Small;
        if (length == 0 || length > rest.Length)
            return "a control entry has less data than it says";

        ReadOnlySpan<byte> data = rest[..length];
        rest = rest[length..];
        return _connections.Find(entry.Target) is not { } connection ? NoConnection
            : IsUnaccepted(connection) ? Unaccepted
            : connection.OnData(data);
    }

    private string? OnEntry(in ControlEntry entry)
    {
        if (entry.Kind == ControlKind.Open)
            return OnOpen(entry);

        if (entry.Kind == ControlKind.Return)
            return OnReturn(entry.Small);

        // A message for a connection that has ended here in the meantime is late, not wrong.
        if (_connections.Find(entry.Target) is not { } connection)
            return null;

        if (entry.Kind is not (ControlKind.Accepted or ControlKind.Refused) && IsUnaccepted(connection))
            return Unaccepted;

        switch (entry.Kind)
        {
            case ControlKind.Accepted:
                return connection.OnAccepted(new ConnectionId((uint)entry.Large), (uint)(entry.Large >> 32));
            case ControlKind.Refused:
                return connection.OnRefused((RefuseReason)entry.Small);
            case ControlKind.Window:
                return connection.OnWindow(entry.Large);
            case ControlKind.Fin:
                return connection.OnFin(entry.Large, hasClosed: (entry.Small & ControlMessage.Closed) != 0);
            case ControlKind.Advert:
                return connection.OnAdvert(entry);
            case ControlKind.Revoke:
                connection.OnRevoke(entry.Small);
                return null;
            case ControlKind.Revoked:
                connection.OnRevoked(entry.Small);
                return null;
            default:
                connection.OnReset();
                return null;
        }
    }

    private string? OnReturn(int credits)
    {
        if (!_credits.TryTakeBack(credits))
            return "it returns credits that it has not got";

        _host.Ungrant(credits);
        // What may be held follows the grant.
        SpillHeldSlabs();
        return null;
    }

    /// <summary>Before the hello is known, that of the first connection may have been overtaken.</summary>
    private bool IsUnaccepted(Connection connection) => connection.IsOpening && _isOpen;

    private string? OnOpen(in ControlEntry entry)
    {
        RefuseReason reason = TryAccept(
            entry.Small, sourcePort: (ushort)entry.Large, entry.Target, window: (uint)(entry.Large >> 32),
            out Connection? connection, out AcceptQueue? queue);
        if (connection is not null)
        {
            if (queue!.Enqueue(connection))
            {
                Queue(connection, ControlFlags.Accepted);
                return null;
            }

            Remove(connection);
            reason = RefuseReason.BacklogFull;
        }

        _refusals.Enqueue((entry.Target, reason));
        return _refusals.Count <= MaxRefusals ? null : "it opens connections faster than they can be refused";
    }

    /// <summary>
    /// Makes the accepting end of a connection, if there is a listener with room. The caller puts it into the listener's
    /// queue and answers the peer.
    /// </summary>
    public RefuseReason TryAccept(
        ushort port, ushort sourcePort, ConnectionId peer, uint window, out Connection? connection, out AcceptQueue? queue)
    {
        connection = null;
        queue = _host.FindListener(this, port);
        if (queue is null)
            return RefuseReason.NoListener;

        if (!queue.HasRoom)
            return RefuseReason.BacklogFull;

        var local = new IPEndPoint(LocalEndPoint.Address, port);
        if (!TryCreate(local, new IPEndPoint(RemoteEndPoint.Address, sourcePort), queue.ReceiveWindow, out connection))
            return RefuseReason.NoResources;

        connection.OnAccepted(peer, window);
        return RefuseReason.None;
    }

    /// <summary>A slab has served: it goes back to the receive queue, and its credit to the peer.</summary>
    public void ReleaseSlab(int slab)
    {
        ReceiveSlabs.Post(slab);
        _credits.SlabPosted();
    }

    public void HoldSlab(Connection connection)
    {
        _heldSlabs++;
        _holders.Add(connection);
    }

    public void ReleaseHeldSlab(int slab)
    {
        _heldSlabs--;
        ReleaseSlab(slab);
    }

    /// <summary>A slab with unread bytes goes to a reader; another serves the peer in its place. False: its bytes are to be copied.</summary>
    public bool TryLendHeldSlab()
    {
        if (!ReceiveSlabs.MayLend || !_host.TryGrant(1))
            return false;

        ReceiveSlabs.CountLent();
        _heldSlabs--;
        _credits.SlabPosted();
        return true;
    }

    public void HoldsNoSlabs(Connection connection) => _holders.Remove(connection);

    /// <summary>Moves unread bytes to pageable memory, the oldest first, until enough slabs are free for the peer.</summary>
    private void SpillHeldSlabs()
    {
        while (_heldSlabs > _credits.HoldLimit && _holders.RemoveFirst() is { } holder)
            holder.SpillSlabs();
    }
}
