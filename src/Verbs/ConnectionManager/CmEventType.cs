namespace RdmaSharp;

/// <summary>What happened to an identifier: <c>enum rdma_cm_event_type</c>, rdma_get_cm_event(3).</summary>
public enum CmEventType
{
    /// <summary><see cref="CmId.ResolveAddress"/> succeeded: the identifier is bound to a device.</summary>
    AddressResolved = 0,

    /// <summary><see cref="CmId.ResolveAddress"/> failed.</summary>
    AddressError = 1,

    /// <summary><see cref="CmId.ResolveRoute"/> succeeded.</summary>
    RouteResolved = 2,

    /// <summary><see cref="CmId.ResolveRoute"/> failed.</summary>
    RouteError = 3,

    /// <summary>A peer wants to connect to a listener: <see cref="CmEvent.Id"/> is a new identifier.</summary>
    ConnectRequest = 4,

    /// <summary>The peer accepted, and the identifier has no queue pair.</summary>
    ConnectResponse = 5,

    /// <summary>The connection could not be established.</summary>
    ConnectError = 6,

    /// <summary>The peer did not answer.</summary>
    Unreachable = 7,

    /// <summary>The peer rejected, or nobody listens there: see <see cref="CmEvent.RejectReason"/>.</summary>
    Rejected = 8,

    /// <summary>The connection is established.</summary>
    Established = 9,

    /// <summary>The connection has ended.</summary>
    Disconnected = 10,

    /// <summary>The device is going away: dispose what is on it.</summary>
    DeviceRemoval = 11,

    /// <summary>Not used here.</summary>
    MulticastJoin = 12,

    /// <summary>Not used here.</summary>
    MulticastError = 13,

    /// <summary>The network interface behind the identifier changed its address.</summary>
    AddressChange = 14,

    /// <summary>The queue pair's number may be used again.</summary>
    TimewaitExit = 15,
}
