namespace RdmaSharp;

/// <summary>Payload bytes of a packet: <c>enum ibv_mtu</c>.</summary>
public enum PathMtu
{
    /// <summary>256 bytes.</summary>
    Mtu256 = 1,

    /// <summary>512 bytes.</summary>
    Mtu512 = 2,

    /// <summary>1,024 bytes.</summary>
    Mtu1024 = 3,

    /// <summary>2,048 bytes.</summary>
    Mtu2048 = 4,

    /// <summary>4,096 bytes.</summary>
    Mtu4096 = 5,
}
