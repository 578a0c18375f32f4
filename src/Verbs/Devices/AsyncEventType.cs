namespace RdmaSharp;

/// <summary>What happened: <c>enum ibv_event_type</c>, ibv_get_async_event(3).</summary>
public enum AsyncEventType
{
    /// <summary>A completion queue failed: most often it overran.</summary>
    CompletionQueueError = 0,

    /// <summary>A queue pair failed for a reason of the device's.</summary>
    QueuePairFatal = 1,

    /// <summary>The peer sent a request that a queue pair cannot accept.</summary>
    QueuePairRequestError = 2,

    /// <summary>The peer violated a queue pair's or a region's access rights.</summary>
    QueuePairAccessError = 3,

    /// <summary>A queue pair that was ready to receive got its first packet.</summary>
    CommunicationEstablished = 4,

    /// <summary>A send queue has run empty.</summary>
    SendQueueDrained = 5,

    /// <summary>A queue pair migrated to its alternate path.</summary>
    PathMigrated = 6,

    /// <summary>A queue pair could not migrate to its alternate path.</summary>
    PathMigrationError = 7,

    /// <summary>The device failed or is going away.</summary>
    DeviceFatal = 8,

    /// <summary>A port became active.</summary>
    PortActive = 9,

    /// <summary>A port became inactive.</summary>
    PortError = 10,

    /// <summary>A port's local identifier changed.</summary>
    LocalIdentifierChange = 11,

    /// <summary>A port's partition keys changed.</summary>
    PartitionKeyChange = 12,

    /// <summary>A port's subnet manager changed.</summary>
    SubnetManagerChange = 13,

    /// <summary>A shared receive queue failed.</summary>
    SharedReceiveQueueError = 14,

    /// <summary>A shared receive queue went below its limit; it is no longer armed.</summary>
    SharedReceiveQueueLimitReached = 15,

    /// <summary>A queue pair in error took its last receive from its shared receive queue.</summary>
    LastRequestReached = 16,

    /// <summary>The subnet manager asks for subscriptions again.</summary>
    ClientReregister = 17,

    /// <summary>A port's GID table changed.</summary>
    GidChange = 18,

    /// <summary>A work queue failed.</summary>
    WorkQueueFatal = 19,
}
