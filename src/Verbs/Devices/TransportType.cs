namespace RdmaSharp;

/// <summary>The wire protocol of a device: <c>enum ibv_transport_type</c>. RoCE counts as InfiniBand.</summary>
public enum TransportType
{
    /// <summary>Not known.</summary>
    Unknown = -1,

    /// <summary>InfiniBand, or RoCE.</summary>
    InfiniBand = 0,

    /// <summary>iWARP.</summary>
    Iwarp = 1,

    /// <summary>usNIC.</summary>
    Usnic = 2,

    /// <summary>usNIC on UDP.</summary>
    UsnicUdp = 3,

    /// <summary>Not specified.</summary>
    Unspecified = 4,
}
