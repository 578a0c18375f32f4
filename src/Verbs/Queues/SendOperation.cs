namespace RdmaSharp;

/// <summary>What a send work request does: <c>enum ibv_wr_opcode</c>, ibv_post_send(3).</summary>
public enum SendOperation
{
    /// <summary>Writes remote memory.</summary>
    RdmaWrite = 0,

    /// <summary>Writes remote memory, then completes a receive there with the immediate value.</summary>
    RdmaWriteWithImmediate = 1,

    /// <summary>Sends a message into a receive.</summary>
    Send = 2,

    /// <summary>Sends a message and the immediate value into a receive.</summary>
    SendWithImmediate = 3,

    /// <summary>Reads remote memory.</summary>
    RdmaRead = 4,

    /// <summary>Swaps 8 remote bytes if they equal a value; the old value lands in the local element.</summary>
    AtomicCompareAndSwap = 5,

    /// <summary>Adds to 8 remote bytes; the old value lands in the local element.</summary>
    AtomicFetchAndAdd = 6,

    /// <summary>Invalidates a local memory window's key.</summary>
    LocalInvalidate = 7,

    /// <summary>Binds a type-2 memory window.</summary>
    BindMemoryWindow = 8,

    /// <summary>Sends a message and invalidates a key of the peer's.</summary>
    SendWithInvalidate = 9,
}
