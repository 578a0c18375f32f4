namespace RdmaSharp;

/// <summary>What completed: <c>enum ibv_wc_opcode</c>, ibv_poll_cq(3).</summary>
public enum WorkCompletionOperation
{
    /// <summary>A send, of any kind.</summary>
    Send = 0,

    /// <summary>An RDMA write, with or without immediate.</summary>
    RdmaWrite = 1,

    /// <summary>An RDMA read.</summary>
    RdmaRead = 2,

    /// <summary>An atomic compare and swap.</summary>
    CompareAndSwap = 3,

    /// <summary>An atomic fetch and add.</summary>
    FetchAndAdd = 4,

    /// <summary>The binding of a memory window.</summary>
    BindMemoryWindow = 5,

    /// <summary>A local invalidation.</summary>
    LocalInvalidate = 6,

    /// <summary>A receive. Every receive operation has this bit.</summary>
    Receive = 128,

    /// <summary>The peer's RDMA write with immediate took a receive.</summary>
    ReceiveRdmaWithImmediate = 129,
}
