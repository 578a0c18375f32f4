using FastSockets.Transport.Fabric;

namespace FastSockets.Transport.Protocol;

internal sealed partial class Link
{
    /// <summary>Refusals that may wait for credits; a peer that causes more is flooding.</summary>
    private const int MaxRefusals = 1024;

    private readonly ConnectionList _controlQueue = new(Membership.Control);
    private readonly ConnectionList _patientQueue = new(Membership.Patient);
    private int _creditsToReturn;
    private readonly Queue<(ConnectionId Target, RefuseReason Reason)> _refusals = new();

    /// <summary>
    /// Notes what the connection has to say. Notes do not pile up: what a message says is read from the connection when
    /// the message is built.
    /// </summary>
    public void Queue(Connection connection, ControlFlags what)
    {
        connection.PendingControl |= what;
        _controlQueue.Add(connection);
    }

    /// <summary>
    /// Notes what the connection has to say with the next message that goes anyway, or the next tick: a message costs more than all
    /// else about a short connection.
    /// </summary>
    public void QueuePatiently(Connection connection, ControlFlags what)
    {
        connection.PendingControl |= what;
        _patientQueue.Add(connection);
    }

    private void HurryThePatient()
    {
        while (_patientQueue.RemoveFirst() is { } connection)
            _controlQueue.Add(connection);
    }

    /// <summary>Notes, now and then, what has been used of the credits, and gives back to the peer those that were not.</summary>
    private void BeginCreditPeriod()
    {
        // Few are not worth a message, and some margin keeps a link with little traffic from giving and taking.
        if (_credits.Unused >= LinkCredits.MinGrant)
            _creditsToReturn = _credits.Unused;

        _credits.BeginPeriod();
    }

    /// <summary>The peer has used up its credits more than once lately: twice as many, if the device has slabs to spare.</summary>
    private void GrowGrant()
    {
        int more = Math.Min(_credits.Grant, MaxGrant - _credits.Grant);
        _credits.Grow(more > 0 && _host.TryGrant(more) ? more : 0);
    }

    /// <summary>
    /// Asks the peer's device for a sign of life, and for a completion behind all that has been sent: a write of nothing to nowhere,
    /// answered by the hardware's ack. It costs no credit: a peer that is stopped returns none, and its host may die all the same.
    /// </summary>
    public void Ping()
    {
        if (CanPost)
            Post(new SendRequest { Kind = SendKind.Write, Flags = SendFlags.Signaled });
    }

    private bool CanPost => _isOpen && !HasEnded && !_postFailed && _ring.Free > 0;

    /// <summary>Marks the end of what has been posted; <see cref="HasSent"/> tells when all of it is acknowledged. Null: not now.</summary>
    public uint? PostEndMark()
    {
        if (!CanPost)
            return null;

        Ping();
        return _ring.Posted;
    }

    public bool HasSent(uint endMark) => (int)(_ring.Completed - endMark) >= 0;

    private void FlushControl()
    {
        Span<byte> entries = stackalloc byte[ControlMessage.MaxSize - ControlMessage.HeaderSize];
        while (HasControl && CanSendControl)
        {
            Span<byte> rest = entries;
            WriteReturn(ref rest);
            WriteRefusals(ref rest);
            WriteNotes(_controlQueue, ref rest);
            WriteNotes(_patientQueue, ref rest);
            PostControl(entries[..^rest.Length], SendFlags.Solicited);
        }

        if (_credits.MustAnnounce && CanPostControl)
            PostControl([], SendFlags.Solicited);
    }

    private bool CanSendControl => _credits.CanSendControl && CanPostControl;

    private bool CanPostControl
    {
        get
        {
            if (!CanPost)
                return false;

            if (_queuePair.MaxInline >= ControlMessage.MaxSize || _ring.CanStage(ControlMessage.MaxSize))
                return true;

            Starve();
            return false;
        }
    }

    private void WriteReturn(ref Span<byte> rest)
    {
        // What other messages have used meanwhile is not to be had any more.
        int credits = Math.Min(_creditsToReturn, _credits.Available - UnpostedBundles - LinkCredits.MinGrant);
        _creditsToReturn = 0;
        if (credits <= 0)
            return;

        _credits.Return(credits);
        rest = rest[ControlMessage.WriteEntry(rest, new ControlEntry(ControlKind.Return, default, (ushort)credits))..];
    }

    private void WriteRefusals(ref Span<byte> rest)
    {
        while (rest.Length >= ControlMessage.MaxEntrySize && _refusals.TryDequeue(out var refusal))
        {
            var entry = new ControlEntry(ControlKind.Refused, refusal.Target, (ushort)refusal.Reason);
            rest = rest[ControlMessage.WriteEntry(rest, entry)..];
        }
    }

    private static void WriteNotes(ConnectionList queue, ref Span<byte> rest)
    {
        while (rest.Length >= ControlMessage.MaxEntrySize && queue.RemoveFirst() is { } connection)
        {
            while (rest.Length >= ControlMessage.MaxEntrySize && connection.TakeNote(out ControlEntry entry))
                rest = rest[ControlMessage.WriteEntry(rest, entry)..];

            if (connection.PendingControl != ControlFlags.None)
                queue.Add(connection);
        }
    }

    private unsafe void PostControl(ReadOnlySpan<byte> entries, SendFlags flags)
    {
        int length = ControlMessage.HeaderSize + entries.Length;
        Span<byte> message = stackalloc byte[length];
        entries.CopyTo(message[ControlMessage.HeaderSize..]);
        ControlMessage.WriteHeader(message, _credits.Announce());

        fixed (byte* bytes = message)
        {
            var request = new SendRequest { Address = (nint)bytes, Length = length, Flags = flags };
            if (length <= _queuePair.MaxInline)
                request.Flags |= SendFlags.Inline;
            else if (_ring.TryStage(length, out request.Address, out request.LocalKey, out _))
                message.CopyTo(new Span<byte>((void*)request.Address, length));

            Post(request);
        }
    }
}
