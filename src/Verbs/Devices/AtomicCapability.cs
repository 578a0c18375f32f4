namespace RdmaSharp;

/// <summary>What RDMA atomics are atomic against: <c>enum ibv_atomic_cap</c>.</summary>
public enum AtomicCapability
{
    /// <summary>There are no atomics.</summary>
    None = 0,

    /// <summary>Other atomics through this device.</summary>
    Device = 1,

    /// <summary>Everything, the processors included.</summary>
    Global = 2,
}
