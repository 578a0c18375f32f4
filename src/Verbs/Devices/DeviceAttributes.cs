using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace RdmaSharp;

/// <summary>
/// The limits and abilities of a device: <c>struct ibv_device_attr</c>, ibv_query_device(3). Maxima are counts.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = 232)]
public struct DeviceAttributes
{
    [FieldOffset(0)] private byte _firmwareVersion;

    /// <summary>The node's GUID, big-endian: see <see cref="NodeGuid"/>.</summary>
    [FieldOffset(64)] public ulong RawNodeGuid;

    /// <summary>The system image's GUID, big-endian.</summary>
    [FieldOffset(72)] public ulong RawSystemImageGuid;

    /// <summary>The largest memory region in bytes.</summary>
    [FieldOffset(80)] public ulong MaxRegionSize;

    /// <summary>The page sizes it can do, a bit each.</summary>
    [FieldOffset(88)] public ulong PageSizes;

    /// <summary>The vendor's number.</summary>
    [FieldOffset(96)] public uint VendorId;

    /// <summary>The vendor's number for the part.</summary>
    [FieldOffset(100)] public uint VendorPartId;

    /// <summary>The hardware's version.</summary>
    [FieldOffset(104)] public uint HardwareVersion;

    /// <summary>Queue pairs.</summary>
    [FieldOffset(108)] public int MaxQueuePairs;

    /// <summary>Requests outstanding on a send or receive queue.</summary>
    [FieldOffset(112)] public int MaxQueuePairRequests;

    /// <summary>What it can do.</summary>
    [FieldOffset(116)] public DeviceCapabilities Capabilities;

    /// <summary>Elements in a request.</summary>
    [FieldOffset(120)] public int MaxElements;

    /// <summary>Elements in an RDMA read.</summary>
    [FieldOffset(124)] public int MaxReadElements;

    /// <summary>Completion queues.</summary>
    [FieldOffset(128)] public int MaxCompletionQueues;

    /// <summary>Completions in a queue.</summary>
    [FieldOffset(132)] public int MaxCompletionQueueEntries;

    /// <summary>Memory regions.</summary>
    [FieldOffset(136)] public int MaxRegions;

    /// <summary>Protection domains.</summary>
    [FieldOffset(140)] public int MaxProtectionDomains;

    /// <summary>Reads and atomics accepted at once by a queue pair.</summary>
    [FieldOffset(144)] public int MaxReadAtomic;

    /// <summary>Not used for RC queue pairs.</summary>
    [FieldOffset(148)] public int MaxReadAtomicEndToEnd;

    /// <summary>Reads and atomics accepted at once by the device.</summary>
    [FieldOffset(152)] public int MaxReadAtomicTotal;

    /// <summary>Reads and atomics outstanding from a queue pair.</summary>
    [FieldOffset(156)] public int MaxInitiatedReadAtomic;

    /// <summary>Not used for RC queue pairs.</summary>
    [FieldOffset(160)] public int MaxInitiatedReadAtomicEndToEnd;

    /// <summary>What atomics are atomic against.</summary>
    [FieldOffset(164)] public AtomicCapability Atomics;

    /// <summary>Not used for RC queue pairs.</summary>
    [FieldOffset(168)] public int MaxEndToEndContexts;

    /// <summary>Not used for RC queue pairs.</summary>
    [FieldOffset(172)] public int MaxReliableDatagramDomains;

    /// <summary>Memory windows.</summary>
    [FieldOffset(176)] public int MaxMemoryWindows;

    /// <summary>Raw IPv6 queue pairs.</summary>
    [FieldOffset(180)] public int MaxRawIPv6QueuePairs;

    /// <summary>Raw Ethernet queue pairs.</summary>
    [FieldOffset(184)] public int MaxRawEthernetQueuePairs;

    /// <summary>Multicast groups.</summary>
    [FieldOffset(188)] public int MaxMulticastGroups;

    /// <summary>Queue pairs in a multicast group.</summary>
    [FieldOffset(192)] public int MaxMulticastQueuePairs;

    /// <summary>Queue pairs in multicast groups.</summary>
    [FieldOffset(196)] public int MaxMulticastQueuePairsTotal;

    /// <summary>Address handles.</summary>
    [FieldOffset(200)] public int MaxAddressHandles;

    /// <summary>Not used any more.</summary>
    [FieldOffset(204)] public int MaxFastMemoryRegions;

    /// <summary>Not used any more.</summary>
    [FieldOffset(208)] public int MaxMapsPerFastMemoryRegion;

    /// <summary>Shared receive queues.</summary>
    [FieldOffset(212)] public int MaxSharedReceiveQueues;

    /// <summary>Requests in a shared receive queue.</summary>
    [FieldOffset(216)] public int MaxSharedReceiveQueueRequests;

    /// <summary>Elements in a shared receive request.</summary>
    [FieldOffset(220)] public int MaxSharedReceiveQueueElements;

    /// <summary>Partition keys.</summary>
    [FieldOffset(224)] public ushort MaxPartitionKeys;

    /// <summary>How long the device takes to acknowledge: 4.096 us x 2^this.</summary>
    [FieldOffset(226)] public byte LocalAckDelay;

    /// <summary>Ports.</summary>
    [FieldOffset(227)] public byte PortCount;

    /// <summary>The firmware's version, as the vendor writes it.</summary>
    public string FirmwareVersion
    {
        get
        {
            ReadOnlySpan<byte> text = MemoryMarshal.CreateReadOnlySpan(ref _firmwareVersion, 64);
            int end = text.IndexOf((byte)0);
            return Encoding.ASCII.GetString(end < 0 ? text : text[..end]);
        }
    }

    /// <summary>The node's GUID in host order.</summary>
    public readonly ulong NodeGuid => BinaryPrimitives.ReverseEndianness(RawNodeGuid);

    /// <summary>The system image's GUID in host order.</summary>
    public readonly ulong SystemImageGuid => BinaryPrimitives.ReverseEndianness(RawSystemImageGuid);
}
