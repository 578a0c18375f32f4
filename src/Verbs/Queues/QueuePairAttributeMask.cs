namespace RdmaSharp;

/// <summary>Which attributes are meant: <c>enum ibv_qp_attr_mask</c>, ibv_modify_qp(3).</summary>
[Flags]
public enum QueuePairAttributeMask
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary><see cref="QueuePairAttributes.State"/>.</summary>
    State = 1 << 0,

    /// <summary><see cref="QueuePairAttributes.CurrentState"/>.</summary>
    CurrentState = 1 << 1,

    /// <summary><see cref="QueuePairAttributes.NotifyWhenDrained"/>.</summary>
    NotifyWhenDrained = 1 << 2,

    /// <summary><see cref="QueuePairAttributes.Access"/>.</summary>
    Access = 1 << 3,

    /// <summary><see cref="QueuePairAttributes.PartitionKeyIndex"/>.</summary>
    PartitionKeyIndex = 1 << 4,

    /// <summary><see cref="QueuePairAttributes.Port"/>.</summary>
    Port = 1 << 5,

    /// <summary><see cref="QueuePairAttributes.QueueKey"/>.</summary>
    QueueKey = 1 << 6,

    /// <summary><see cref="QueuePairAttributes.Address"/>.</summary>
    Address = 1 << 7,

    /// <summary><see cref="QueuePairAttributes.PathMtu"/>.</summary>
    PathMtu = 1 << 8,

    /// <summary><see cref="QueuePairAttributes.AckTimeout"/>.</summary>
    AckTimeout = 1 << 9,

    /// <summary><see cref="QueuePairAttributes.RetryCount"/>.</summary>
    RetryCount = 1 << 10,

    /// <summary><see cref="QueuePairAttributes.RnrRetry"/>.</summary>
    RnrRetry = 1 << 11,

    /// <summary><see cref="QueuePairAttributes.ReceivePacketSequence"/>.</summary>
    ReceivePacketSequence = 1 << 12,

    /// <summary><see cref="QueuePairAttributes.MaxReadAtomic"/>.</summary>
    MaxReadAtomic = 1 << 13,

    /// <summary><see cref="QueuePairAttributes.AlternateAddress"/> and its port, time-out and partition key.</summary>
    AlternatePath = 1 << 14,

    /// <summary><see cref="QueuePairAttributes.MinRnrTimer"/>.</summary>
    MinRnrTimer = 1 << 15,

    /// <summary><see cref="QueuePairAttributes.SendPacketSequence"/>.</summary>
    SendPacketSequence = 1 << 16,

    /// <summary><see cref="QueuePairAttributes.MaxDestinationReadAtomic"/>.</summary>
    MaxDestinationReadAtomic = 1 << 17,

    /// <summary><see cref="QueuePairAttributes.PathMigrationState"/>.</summary>
    PathMigrationState = 1 << 18,

    /// <summary><see cref="QueuePairAttributes.Capabilities"/>.</summary>
    Capabilities = 1 << 19,

    /// <summary><see cref="QueuePairAttributes.DestinationQueuePair"/>.</summary>
    DestinationQueuePair = 1 << 20,

    /// <summary><see cref="QueuePairAttributes.RateLimit"/>.</summary>
    RateLimit = 1 << 25,
}
