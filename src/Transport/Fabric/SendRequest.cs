namespace FastSockets.Transport.Fabric;

/// <summary>One work request for a queue pair's send queue.</summary>
internal struct SendRequest
{
    /// <summary>Comes back as the completion's <see cref="Completion.Id"/>.</summary>
    public ulong Id;

    public SendKind Kind;

    public SendFlags Flags;

    /// <summary>
    /// The payload: registered memory, or any memory (read before Post returns) with <see cref="SendFlags.Inline"/>. Of a
    /// binding: the range that is lent.
    /// </summary>
    public nint Address;

    public int Length;

    /// <summary>Bytes that leave with it: a binding's length is none of its own.</summary>
    public readonly int Payload => Kind is SendKind.Send or SendKind.Write ? Length : 0;

    public uint LocalKey;

    /// <summary>Sent along when <see cref="SendFlags.Immediate"/> is set.</summary>
    public uint Immediate;

    /// <summary>Of a write: the key of the peer's memory.</summary>
    public uint RemoteKey;

    /// <summary>Of a write: where it goes.</summary>
    public ulong RemoteAddress;

    /// <summary>Of a binding and an invalidation.</summary>
    public IMemoryWindow? Window;

    /// <summary>Of a binding: the region behind the window.</summary>
    public IRegisteredMemory? Region;
}

internal enum SendKind : byte
{
    /// <summary>A message, into the next slab of the peer's receive queue.</summary>
    Send,

    /// <summary>A write into memory that the peer has lent; with an immediate it takes one of the peer's slabs as well.</summary>
    Write,

    /// <summary>Lends a range to the queue pair's peer, for the requests posted after it.</summary>
    Bind,

    /// <summary>Takes it back: when this has completed, no device writes it any more.</summary>
    Invalidate,
}

[Flags]
internal enum SendFlags : byte
{
    None = 0,

    /// <summary>Completes visibly; an unsignalled request completes with the next signalled one of its queue pair.</summary>
    Signaled = 1,

    /// <summary>The payload is copied into the work request at posting.</summary>
    Inline = 2,

    /// <summary>Wakes a peer that sleeps for solicited completions only.</summary>
    Solicited = 4,

    /// <summary>Carries <see cref="SendRequest.Immediate"/>.</summary>
    Immediate = 8,
}
