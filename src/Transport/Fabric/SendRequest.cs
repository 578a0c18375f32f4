namespace FastSockets.Transport.Fabric;

/// <summary>One SEND work request.</summary>
internal struct SendRequest
{
    /// <summary>Comes back as the completion's <see cref="Completion.Id"/>.</summary>
    public ulong Id;

    /// <summary>The payload: registered memory, or any memory (read before Post returns) with <see cref="SendFlags.Inline"/>.</summary>
    public nint Address;

    public int Length;

    public uint LocalKey;

    /// <summary>Sent along when <see cref="SendFlags.Immediate"/> is set.</summary>
    public uint Immediate;

    public SendFlags Flags;
}

[Flags]
internal enum SendFlags
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
