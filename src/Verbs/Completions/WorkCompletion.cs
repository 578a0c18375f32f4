using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace RdmaSharp;

/// <summary>
/// The outcome of one work request: <c>struct ibv_wc</c>, ibv_poll_cq(3). When <see cref="Status"/> is not
/// <see cref="WorkCompletionStatus.Success"/>, only <see cref="Id"/>, <see cref="Status"/>,
/// <see cref="QueuePairNumber"/> and <see cref="VendorError"/> are defined.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = 48)]
public struct WorkCompletion
{
    /// <summary>The identifier given in the work request.</summary>
    [FieldOffset(0)] public ulong Id;

    /// <summary>How it ended.</summary>
    [FieldOffset(8)] public WorkCompletionStatus Status;

    /// <summary>What completed.</summary>
    [FieldOffset(12)] public WorkCompletionOperation Operation;

    /// <summary>The device's own error code.</summary>
    [FieldOffset(16)] public uint VendorError;

    /// <summary>Bytes received, read, or atomically exchanged.</summary>
    [FieldOffset(20)] public uint Length;

    /// <summary>The immediate value as on the wire, big-endian: see <see cref="Immediate"/>.</summary>
    [FieldOffset(24)] public uint RawImmediate;

    /// <summary>
    /// The local remote-key that the peer invalidated; valid with <see cref="WorkCompletionFlags.WithInvalidate"/>.
    /// </summary>
    [FieldOffset(24)] public uint InvalidatedKey;

    /// <summary>The local queue pair's number.</summary>
    [FieldOffset(28)] public uint QueuePairNumber;

    /// <summary>The sending queue pair's number (datagrams only).</summary>
    [FieldOffset(32)] public uint SourceQueuePairNumber;

    /// <summary>What else is valid.</summary>
    [FieldOffset(36)] public WorkCompletionFlags Flags;

    /// <summary>Partition key index (datagrams only).</summary>
    [FieldOffset(40)] public ushort PartitionKeyIndex;

    /// <summary>Source local identifier (datagrams only).</summary>
    [FieldOffset(42)] public ushort SourceLocalIdentifier;

    /// <summary>Service level (datagrams only).</summary>
    [FieldOffset(44)] public byte ServiceLevel;

    /// <summary>Destination path bits (datagrams only).</summary>
    [FieldOffset(45)] public byte DestinationPathBits;

    /// <summary>
    /// The sender's 32-bit value in host order; valid with <see cref="WorkCompletionFlags.WithImmediate"/>.
    /// </summary>
    public uint Immediate
    {
        readonly get => BinaryPrimitives.ReverseEndianness(RawImmediate);
        set => RawImmediate = BinaryPrimitives.ReverseEndianness(value);
    }
}
