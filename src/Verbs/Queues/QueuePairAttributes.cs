using System.Runtime.InteropServices;

namespace RdmaSharp;

/// <summary>The attributes of a queue pair: <c>struct ibv_qp_attr</c>, ibv_modify_qp(3) and ibv_query_qp(3).</summary>
[StructLayout(LayoutKind.Explicit, Size = 144)]
public struct QueuePairAttributes
{
    /// <summary>The state, or the state to move to.</summary>
    [FieldOffset(0)] public QueuePairState State;

    /// <summary>The state that the queue pair is assumed to be in.</summary>
    [FieldOffset(4)] public QueuePairState CurrentState;

    /// <summary>Payload bytes of a packet.</summary>
    [FieldOffset(8)] public PathMtu PathMtu;

    /// <summary>Automatic path migration: 0 migrated, 1 rearm, 2 armed.</summary>
    [FieldOffset(12)] public int PathMigrationState;

    /// <summary>The key of datagrams.</summary>
    [FieldOffset(16)] public uint QueueKey;

    /// <summary>The first packet sequence number received, 24 bits.</summary>
    [FieldOffset(20)] public uint ReceivePacketSequence;

    /// <summary>The first packet sequence number sent, 24 bits.</summary>
    [FieldOffset(24)] public uint SendPacketSequence;

    /// <summary>The peer's queue pair number.</summary>
    [FieldOffset(28)] public uint DestinationQueuePair;

    /// <summary>The remote operations let in.</summary>
    [FieldOffset(32)] public AccessFlags Access;

    /// <summary>The sizes.</summary>
    [FieldOffset(36)] public QueuePairCapabilities Capabilities;

    /// <summary>The way to the peer.</summary>
    [FieldOffset(56)] public AddressAttributes Address;

    /// <summary>The other way, for automatic path migration.</summary>
    [FieldOffset(88)] public AddressAttributes AlternateAddress;

    /// <summary>The partition key's index.</summary>
    [FieldOffset(120)] public ushort PartitionKeyIndex;

    /// <summary>The alternate path's partition key index.</summary>
    [FieldOffset(122)] public ushort AlternatePartitionKeyIndex;

    /// <summary>1 to be told when the send queue is drained.</summary>
    [FieldOffset(124)] public byte NotifyWhenDrained;

    /// <summary>1 while the send queue drains.</summary>
    [FieldOffset(125)] public byte IsDraining;

    /// <summary>Reads and atomics outstanding towards the peer.</summary>
    [FieldOffset(126)] public byte MaxReadAtomic;

    /// <summary>Reads and atomics accepted from the peer at once.</summary>
    [FieldOffset(127)] public byte MaxDestinationReadAtomic;

    /// <summary>
    /// How long the peer is told to wait when no receive is posted; a code from 0 (655.36 ms), 1 (0.01 ms) to 31
    /// (491.52 ms).
    /// </summary>
    [FieldOffset(128)] public byte MinRnrTimer;

    /// <summary>The local port.</summary>
    [FieldOffset(129)] public byte Port;

    /// <summary>Wait for an acknowledgement 4.096 us x 2^this; 0 for ever.</summary>
    [FieldOffset(130)] public byte AckTimeout;

    /// <summary>Retries after <see cref="AckTimeout"/>, up to 7.</summary>
    [FieldOffset(131)] public byte RetryCount;

    /// <summary>Retries when the peer has no receive posted, up to 6; 7 for ever.</summary>
    [FieldOffset(132)] public byte RnrRetry;

    /// <summary>The alternate path's port.</summary>
    [FieldOffset(133)] public byte AlternatePort;

    /// <summary>The alternate path's time-out.</summary>
    [FieldOffset(134)] public byte AlternateAckTimeout;

    /// <summary>The send rate limit in kb/s.</summary>
    [FieldOffset(136)] public uint RateLimit;
}
