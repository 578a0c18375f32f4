namespace RdmaSharp;

/// <summary>What else a completion carries: <c>enum ibv_wc_flags</c>.</summary>
[Flags]
public enum WorkCompletionFlags : uint
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>A global routing header is present (datagrams only).</summary>
    GlobalRoutingHeader = 1,

    /// <summary><see cref="WorkCompletion.Immediate"/> is valid.</summary>
    WithImmediate = 2,

    /// <summary>The device checked the IP checksum.</summary>
    IpChecksumOk = 4,

    /// <summary><see cref="WorkCompletion.InvalidatedKey"/> is valid.</summary>
    WithInvalidate = 8,
}
