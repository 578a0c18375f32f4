namespace RdmaSharp;

/// <summary>What travels under a GID: <c>enum ibv_gid_type</c>, ibv_query_gid_ex(3).</summary>
public enum GidType : uint
{
    /// <summary>InfiniBand.</summary>
    InfiniBand = 0,

    /// <summary>RoCE directly on Ethernet.</summary>
    RoceV1 = 1,

    /// <summary>RoCE on UDP.</summary>
    RoceV2 = 2,
}
