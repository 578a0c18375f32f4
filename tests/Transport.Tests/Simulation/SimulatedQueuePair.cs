using FastSockets.Transport.Fabric;

namespace FastSockets.Transport.Tests.Simulation;

/// <summary>
/// One direction of a reliable connection, as the hardware keeps it: messages arrive in order, each into the next posted
/// receive; a send completes some time after its message has arrived, and until then its memory is read.
/// </summary>
internal sealed unsafe class SimulatedQueuePair(SimulatedDevice device, uint number, int depth, int maxInline) : IQueuePair
{
    private readonly Queue<Message> _wire = new();
    private readonly Queue<Message> _unacknowledged = new();
    private int _outstanding;

    private sealed record Message(SendRequest Request, byte[] Payload);

    public uint Number => number;

    public int SendQueueDepth => depth;

    public int MaxInline => maxInline;

    public bool IsClosed { get; private set; }

    /// <summary>Messages that have not arrived yet.</summary>
    public int OnTheWay => _wire.Count;

    public bool CanDeliver => _wire.Count > 0;

    public bool CanAcknowledge => _unacknowledged.Count > 0;

    public bool Post(ReadOnlySpan<SendRequest> requests)
    {
        if (IsClosed)
            return false;

        foreach (ref readonly SendRequest request in requests)
        {
            if ((request.Flags & SendFlags.Inline) != 0 && request.Length > maxInline)
                throw new InvalidOperationException("more than fits inline");

            if (++_outstanding > depth)
                throw new InvalidOperationException("the send queue overflows");

            _wire.Enqueue(new Message(request, new ReadOnlySpan<byte>((void*)request.Address, request.Length).ToArray()));
        }

        return true;
    }

    public void Close() => IsClosed = true;

    /// <summary>The oldest message arrives at <paramref name="peer"/>.</summary>
    public void Deliver(SimulatedDevice peer, uint peerNumber)
    {
        Message message = _wire.Dequeue();
        _unacknowledged.Enqueue(message);
        SendRequest request = message.Request;
        if ((request.Flags & SendFlags.Inline) == 0 &&
            !new ReadOnlySpan<byte>((void*)request.Address, request.Length).SequenceEqual(message.Payload))
            throw new InvalidOperationException("memory changed while it was being sent");

        if (!peer.TryTakeReceive(out (ulong Id, nint Address, int Length) receive))
            throw new InvalidOperationException("receiver not ready: a message arrived and no slab was posted");

        if (message.Payload.Length > receive.Length)
            throw new InvalidOperationException("the message is longer than a slab");

        message.Payload.CopyTo(new Span<byte>((void*)receive.Address, receive.Length));
        peer.Complete(new Completion
        {
            Id = receive.Id,
            QueuePair = peerNumber,
            Length = message.Payload.Length,
            Immediate = request.Immediate,
            HasImmediate = (request.Flags & SendFlags.Immediate) != 0,
        });
    }

    /// <summary>The oldest arrived message is acknowledged.</summary>
    public void Acknowledge()
    {
        Message message = _unacknowledged.Dequeue();
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
}
