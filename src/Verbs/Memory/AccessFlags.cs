namespace RdmaSharp;

/// <summary>
/// What may be done with registered memory: <c>enum ibv_access_flags</c>, ibv_reg_mr(3). Local reads always may.
/// </summary>
[Flags]
public enum AccessFlags : uint
{
    /// <summary>Local reading (sending from it) only.</summary>
    None = 0,

    /// <summary>The local device may write: needed to receive into it, and for every remote write or atomic.</summary>
    LocalWrite = 1,

    /// <summary>Peers that know the remote key may write.</summary>
    RemoteWrite = 2,

    /// <summary>Peers that know the remote key may read.</summary>
    RemoteRead = 4,

    /// <summary>Peers that know the remote key may do atomics.</summary>
    RemoteAtomic = 8,

    /// <summary>Memory windows may be bound to it.</summary>
    MemoryWindowBind = 16,

    /// <summary>Remote addresses count from 0 at the start of the region or window.</summary>
    ZeroBased = 32,

    /// <summary>Pages are not pinned but faulted in by the device.</summary>
    OnDemand = 64,

    /// <summary>The memory consists of huge pages.</summary>
    HugePages = 128,

    /// <summary>The device may reorder its writes on the bus. Ignored where it cannot.</summary>
    RelaxedOrdering = 1 << 20,
}
