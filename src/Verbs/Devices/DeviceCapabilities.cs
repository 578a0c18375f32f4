namespace RdmaSharp;

/// <summary>What a device can do: <c>enum ibv_device_cap_flags</c>, ibv_query_device(3).</summary>
[Flags]
public enum DeviceCapabilities : uint
{
    /// <summary>None of these.</summary>
    None = 0,

    /// <summary>Queue pairs can be resized.</summary>
    ResizeQueuePair = 1,

    /// <summary>Counts bad partition keys.</summary>
    BadPartitionKeyCounter = 1 << 1,

    /// <summary>Counts bad queue keys.</summary>
    BadQueueKeyCounter = 1 << 2,

    /// <summary>Automatic path migration.</summary>
    AutomaticPathMigration = 1 << 4,

    /// <summary>The port of a queue pair can be changed.</summary>
    ChangePhysicalPort = 1 << 5,

    /// <summary>The current state can be given when a queue pair is modified.</summary>
    CurrentQueuePairState = 1 << 7,

    /// <summary>Ports can be shut down.</summary>
    ShutdownPort = 1 << 8,

    /// <summary>Reports when a port becomes active.</summary>
    PortActiveEvent = 1 << 10,

    /// <summary>Has a system image GUID.</summary>
    SystemImageGuid = 1 << 11,

    /// <summary>Answers "receiver not ready" on RC.</summary>
    ReceiverNotReadyOnRc = 1 << 12,

    /// <summary>Shared receive queues can be resized.</summary>
    ResizeSharedReceiveQueue = 1 << 13,

    /// <summary>Can be asked for an event after n completions.</summary>
    NotifyAfterCount = 1 << 14,

    /// <summary>Memory windows of type 1.</summary>
    MemoryWindow = 1 << 17,

    /// <summary>Checksums of IP over InfiniBand.</summary>
    UdIpChecksum = 1 << 18,

    /// <summary>Extended reliable connections.</summary>
    Xrc = 1 << 20,

    /// <summary>Send with invalidate and local invalidate.</summary>
    MemoryManagementExtensions = 1 << 21,

    /// <summary>Memory windows of type 2A: bound to a queue pair.</summary>
    MemoryWindowType2A = 1 << 23,

    /// <summary>Memory windows of type 2B: bound to a queue pair and its domain.</summary>
    MemoryWindowType2B = 1 << 24,

    /// <summary>IP checksums on RC.</summary>
    RcIpChecksum = 1 << 25,

    /// <summary>IP checksums on raw packets.</summary>
    RawIpChecksum = 1 << 26,

    /// <summary>Flow steering.</summary>
    ManagedFlowSteering = 1 << 29,
}
