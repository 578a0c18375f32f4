using FastSockets.Transport.Fabric;

namespace FastSockets.Transport.Tests.Simulation;

/// <summary>
/// One direction of a reliable connection, as the hardware keeps it: requests are carried out in order, messages each into the
/// next posted receive; a send completes some time after its message has arrived, and until then its memory may be read again.
/// </summary>
internal sealed unsafe class SimulatedQueuePair(
    SimulatedDevice device, uint number, int depth, int maxInline, Func<bool> mayPost) : IQueuePair
{
    private readonly Queue<Message> _wire = new();
    private readonly Queue<Message> _unacknowledged = new();
    private int _outstanding;

    private sealed record Message(SendRequest Request, byte[] Payload)
    {
        public void CheckMemory()
        {
            if (Request.Kind is SendKind.Send or SendKind.Write && (Request.Flags & SendFlags.Inline) == 0 &&
                !new ReadOnlySpan<byte>((void*)Request.Address, Request.Length).SequenceEqual(Payload))
                throw new InvalidOperationException("memory changed while it was being sent");
        }
    }

    public uint Number => number;

    public int SendQueueDepth => depth;

    public int MaxInline => maxInline;

    public bool IsClosed { get; private set; }

    /// <summary>Messages that have not arrived yet, and each need a slab.</summary>
    public int OnTheWay => _wire.Count(message =>
        message.Request.Kind == SendKind.Send ||
        (message.Request.Kind == SendKind.Write && (message.Request.Flags & SendFlags.Immediate) != 0));

    public int BytesOnTheWay => _wire.Sum(message => message.Request.Length);

    public bool CanDeliver => _wire.Count > 0;

    /// <summary>Requests so far.</summary>
    public uint Posted { get; private set; }

    public bool CanAcknowledge => _unacknowledged.Count > 0;

    public bool Post(ReadOnlySpan<SendRequest> requests)
    {
        if (IsClosed || !mayPost())
            return false;

        foreach (ref readonly SendRequest request in requests)
        {
            if ((request.Flags & SendFlags.Inline) != 0 && request.Length > maxInline)
                throw new InvalidOperationException("more than fits inline");

            Posted++;
            if (++_outstanding > depth)
                throw new InvalidOperationException("the send queue overflows");

            byte[] payload = request.Kind is SendKind.Send or SendKind.Write
                ? new ReadOnlySpan<byte>((void*)request.Address, request.Length).ToArray()
                : [];
            _wire.Enqueue(new Message(request, payload));
        }

        return true;
    }

    public void Close() => IsClosed = true;

    /// <summary>The oldest request is carried out at <paramref name="peer"/>. False: a device refuses it.</summary>
    public bool TryDeliver(SimulatedDevice peer, uint peerNumber)
    {
        Message message = _wire.Dequeue();
        _unacknowledged.Enqueue(message);
        message.CheckMemory();
        switch (message.Request.Kind)
        {
            case SendKind.Bind:
                return device.TryBind(message.Request);
            case SendKind.Invalidate:
                device.Invalidate(message.Request);
                return true;
            case SendKind.Write:
                return peer.TryWrite(message.Request.RemoteKey, message.Request.RemoteAddress, message.Payload) &&
                    ((message.Request.Flags & SendFlags.Immediate) == 0 || Receive(peer, peerNumber, message, hasPayload: false));
            default:
                return Receive(peer, peerNumber, message, hasPayload: true);
        }
    }

    /// <summary>The oldest request that was carried out is acknowledged.</summary>
    public void Acknowledge()
    {
        Message message = _unacknowledged.Dequeue();
        message.CheckMemory();
        if ((message.Request.Flags & SendFlags.Signaled) == 0)
            return;

        // A completion frees the places of the unsignalled requests before it too.
        _outstanding = _wire.Count + _unacknowledged.Count;
        device.Complete(new Completion { Id = message.Request.Id, QueuePair = number });
    }

    /// <summary>The queue pair is in error: all that is outstanding completes so.</summary>
    public void Flush()
    {
        const int Flushed = 5;
        foreach (Message message in _unacknowledged.Concat(_wire))
            device.Complete(new Completion { Id = message.Request.Id, QueuePair = number, Status = Flushed });

        _unacknowledged.Clear();
        _wire.Clear();
    }

    public override string ToString() =>
        $"wire [{string.Join(' ', _wire.Select(message => message.Request.Kind))}] unacknowledged {_unacknowledged.Count}";

    private static bool Receive(SimulatedDevice peer, uint peerNumber, Message message, bool hasPayload)
    {
        if (!peer.TryTakeReceive(out (ulong Id, nint Address, int Length) receive))
            throw new InvalidOperationException("receiver not ready: a message arrived and no slab was posted");

        if (hasPayload)
        {
            if (message.Payload.Length > receive.Length)
                throw new InvalidOperationException("the message is longer than a slab");

            message.Payload.CopyTo(new Span<byte>((void*)receive.Address, receive.Length));
        }

        peer.Complete(new Completion
        {
            Id = receive.Id,
            QueuePair = peerNumber,
            Length = message.Payload.Length,
            Immediate = message.Request.Immediate,
            IsWrite = !hasPayload,
            HasImmediate = (message.Request.Flags & SendFlags.Immediate) != 0,
        });
        return true;
    }
}
