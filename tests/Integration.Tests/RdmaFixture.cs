using System.Net;
using FastSockets.Sockets.Tests.Contract;

[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace FastSockets.Integration.Tests;

/// <summary>FastSockets over the device that soft-roce/run provides. Without one these tests fail; they never skip.</summary>
public class FastSocketsByRdma : FastSocketsFixture
{
    public override IPAddress Address => Machine.Address;

    public override FastTransport? Transport => FastTransport.Rdma;

    public override FallbackReason ReasonWithPlainListener => FallbackReason.PeerWithoutFastSockets;

    public override FallbackReason ReasonWithPlainClient => FallbackReason.PeerChoseTcp;

    protected override FastSocketsOptions Options { get; } = new() { LoggerFactory = FastSocketsOptions.Default.LoggerFactory };
}

public sealed class FastSocketsByRdmaOnIPv6 : FastSocketsByRdma
{
    public override IPAddress Address => Machine.Address6;
}

/// <summary>What the environment says of the machine that the tests run on.</summary>
internal static class Machine
{
    public static IPAddress Address => IPAddress.Parse(Required("RDMA_ADDRESS"));

    public static IPAddress Address6 => IPAddress.Parse(Required("RDMA_ADDRESS6"));

    public static IPAddress Peer => IPAddress.Parse(Required("RDMA_PEER"));

    public static bool IsServer => Required("RDMA_ROLE") == "server";

    private static string Required(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value
            ? value
            : throw new InvalidOperationException($"{name} is not set: run this through tests/run or soft-roce/run.");
}
