namespace RdmaSharp;

/// <summary>How a send work request is carried out: <c>enum ibv_send_flags</c>, ibv_post_send(3).</summary>
[Flags]
public enum SendFlags : uint
{
    /// <summary>Unsignaled: a completion only on error, or with a later signaled request.</summary>
    None = 0,

    /// <summary>Starts only after earlier reads and atomics have completed.</summary>
    Fence = 1,

    /// <summary>Completes into the send completion queue.</summary>
    Signaled = 2,

    /// <summary>Raises a solicited event at the receiver.</summary>
    Solicited = 4,

    /// <summary>
    /// The data is copied out while posting: its buffer is free again on return and need not be registered.
    /// </summary>
    Inline = 8,
}
