namespace RdmaSharp;

/// <summary>What kind of device it is: <c>enum ibv_node_type</c>.</summary>
public enum NodeType
{
    /// <summary>Not known.</summary>
    Unknown = -1,

    /// <summary>An InfiniBand or RoCE adapter.</summary>
    ChannelAdapter = 1,

    /// <summary>An InfiniBand switch.</summary>
    Switch = 2,

    /// <summary>An InfiniBand router.</summary>
    Router = 3,

    /// <summary>An iWARP adapter.</summary>
    Rnic = 4,

    /// <summary>A usNIC adapter.</summary>
    Usnic = 5,

    /// <summary>A usNIC adapter on UDP.</summary>
    UsnicUdp = 6,

    /// <summary>Not specified.</summary>
    Unspecified = 7,
}
