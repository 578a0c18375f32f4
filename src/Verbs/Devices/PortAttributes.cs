using System.Runtime.InteropServices;

namespace RdmaSharp;

/// <summary>
/// The attributes of a port: <c>struct ibv_port_attr</c>, ibv_query_port(3). Larger than the C struct, which has grown:
/// the library fills what it knows and the rest is 0.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = 64)]
public struct PortAttributes
{
    /// <summary>Whether it carries traffic.</summary>
    [FieldOffset(0)] public PortState State;

    /// <summary>The largest packet payload that the port can do.</summary>
    [FieldOffset(4)] public PathMtu MaxMtu;

    /// <summary>The largest packet payload that it does now.</summary>
    [FieldOffset(8)] public PathMtu ActiveMtu;

    /// <summary>Entries in the GID table.</summary>
    [FieldOffset(12)] public int GidTableLength;

    /// <summary>Capability bits.</summary>
    [FieldOffset(16)] public uint CapabilityFlags;

    /// <summary>The largest message in bytes.</summary>
    [FieldOffset(20)] public uint MaxMessageSize;

    /// <summary>Packets with a bad partition key.</summary>
    [FieldOffset(24)] public uint BadPartitionKeyCount;

    /// <summary>Packets with a bad queue key.</summary>
    [FieldOffset(28)] public uint QueueKeyViolationCount;

    /// <summary>Entries in the partition key table.</summary>
    [FieldOffset(32)] public ushort PartitionKeyTableLength;

    /// <summary>The local identifier (InfiniBand).</summary>
    [FieldOffset(34)] public ushort LocalIdentifier;

    /// <summary>The subnet manager's local identifier (InfiniBand).</summary>
    [FieldOffset(36)] public ushort SubnetManagerLocalIdentifier;

    /// <summary>The local identifier's mask.</summary>
    [FieldOffset(38)] public byte LocalIdentifierMask;

    /// <summary>Virtual lanes, a code.</summary>
    [FieldOffset(39)] public byte MaxVirtualLanes;

    /// <summary>The subnet manager's service level.</summary>
    [FieldOffset(40)] public byte SubnetManagerServiceLevel;

    /// <summary>The subnet's time-out.</summary>
    [FieldOffset(41)] public byte SubnetTimeout;

    /// <summary>The subnet manager's answer at initialization.</summary>
    [FieldOffset(42)] public byte InitTypeReply;

    /// <summary>Lanes, a code: 1 is 1, 2 is 4, 4 is 8, 8 is 12, 16 is 2.</summary>
    [FieldOffset(43)] public byte ActiveWidth;

    /// <summary>Speed of a lane, a code.</summary>
    [FieldOffset(44)] public byte ActiveSpeed;

    /// <summary>State of the physical link: 5 is up.</summary>
    [FieldOffset(45)] public byte PhysicalState;

    /// <summary>What it is attached to.</summary>
    [FieldOffset(46)] public LinkLayer LinkLayer;

    /// <summary>Flags: bit 0, a global route is required.</summary>
    [FieldOffset(47)] public byte Flags;

    /// <summary>More capability bits.</summary>
    [FieldOffset(48)] public ushort CapabilityFlags2;
}
