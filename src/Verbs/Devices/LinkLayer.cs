namespace RdmaSharp;

/// <summary>What a port is attached to.</summary>
public enum LinkLayer : byte
{
    /// <summary>Not told; on an InfiniBand transport it means InfiniBand.</summary>
    Unspecified = 0,

    /// <summary>InfiniBand.</summary>
    InfiniBand = 1,

    /// <summary>Ethernet.</summary>
    Ethernet = 2,
}
