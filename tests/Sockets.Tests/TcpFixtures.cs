using System.Net;
using FastSockets.Sockets.Tests.Contract;

namespace FastSockets.Sockets.Tests;

/// <summary>FastSockets without RDMA: every machine runs these.</summary>
public class FastSocketsByTcp : FastSocketsFixture
{
    public override IPAddress Address => IPAddress.Loopback;

    public override FastTransport? Transport => FastTransport.Tcp;

    public override FallbackReason Reason => FallbackReason.Disabled;

    protected override FastSocketsOptions Options { get; } = new() { DisableRdma = true };
}

public sealed class FastSocketsByTcpOnIPv6 : FastSocketsByTcp
{
    public override IPAddress Address => IPAddress.IPv6Loopback;
}

public sealed class PlainSocketsOnIPv6 : PlainSockets
{
    public override IPAddress Address => IPAddress.IPv6Loopback;
}
