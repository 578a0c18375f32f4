
namespace FastSockets.AspNetCore;

/// <summary>What carries a connection: a feature of connections and requests.</summary>
public interface IFastSocketFeature
{
    /// <summary>RDMA, or TCP.</summary>
    FastTransport Transport { get; }

    /// <summary>Why it is TCP; <see cref="FallbackReason.None"/> over RDMA.</summary>
    FallbackReason FallbackReason { get; }

    /// <summary>A line for people.</summary>
    string Detail { get; }
}
