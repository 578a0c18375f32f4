namespace RdmaSharp;

/// <summary>
/// Why a connection was rejected: the common ones of the InfiniBand specification's table of reject reasons, as in
/// <see cref="CmEvent.Status"/> on InfiniBand and RoCE.
/// </summary>
public enum CmRejectReason
{
    /// <summary>The event is not a rejection.</summary>
    None = 0,

    /// <summary>No queue pair is to be had.</summary>
    NoQueuePair = 1,

    /// <summary>Not used for RC.</summary>
    NoEndToEndContext = 2,

    /// <summary>The peer is short of resources, or its backlog is full.</summary>
    NoResources = 3,

    /// <summary>The handshake took too long.</summary>
    Timeout = 4,

    /// <summary>The request is not supported.</summary>
    UnsupportedRequest = 5,

    /// <summary>The communication is not known.</summary>
    InvalidCommunicationId = 6,

    /// <summary>The communication instance is not known.</summary>
    InvalidCommunicationInstance = 7,

    /// <summary>Nobody listens on that port.</summary>
    InvalidServiceId = 8,

    /// <summary>The transport type is not supported.</summary>
    InvalidTransportType = 9,

    /// <summary>The peer still has an older connection of this queue pair.</summary>
    StaleConnection = 10,

    /// <summary>The GID is not valid.</summary>
    InvalidGid = 12,

    /// <summary>The local identifier is not valid.</summary>
    InvalidLid = 13,

    /// <summary>The path MTU cannot be done.</summary>
    InvalidMtu = 26,

    /// <summary>Too many reads and atomics were asked for.</summary>
    InsufficientResponderResources = 27,

    /// <summary>The peer's program rejected: its private data may say why.</summary>
    ConsumerDefined = 28,

    /// <summary>The RNR retry count is not valid.</summary>
    InvalidRnrRetry = 29,

    /// <summary>The communication exists already.</summary>
    DuplicateCommunicationId = 30,

    /// <summary>The CM's version is not supported.</summary>
    InvalidClassVersion = 31,
}
