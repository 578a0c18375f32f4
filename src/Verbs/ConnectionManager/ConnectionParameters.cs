namespace RdmaSharp;

/// <summary>How a connection is to work: <c>struct rdma_conn_param</c>, rdma_connect(3) and rdma_accept(3).</summary>
public sealed record ConnectionParameters
{
    /// <summary>As many as the device allows.</summary>
    public const byte DeviceMaximum = 255;

    /// <summary>The defaults, which suit most uses.</summary>
    public static ConnectionParameters Default { get; } = new();

    /// <summary>Reads and atomics accepted from the peer at once.</summary>
    public byte ResponderResources { get; init; } = DeviceMaximum;

    /// <summary>Reads and atomics outstanding towards the peer.</summary>
    public byte InitiatorDepth { get; init; } = DeviceMaximum;

    /// <summary>Hardware flow control, where there is any.</summary>
    public bool FlowControl { get; init; } = true;

    /// <summary>Retries when the peer does not acknowledge, up to 7. The connecting end's counts for both.</summary>
    public byte RetryCount { get; init; } = 7;

    /// <summary>Retries when the peer has no receive posted, up to 6; 7 for ever.</summary>
    public byte RnrRetryCount { get; init; } = 7;
}
