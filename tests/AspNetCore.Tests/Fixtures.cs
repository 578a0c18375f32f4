using System.Net;

[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace FastSockets.AspNetCore.Tests;

/// <summary>Where the tests' server listens, and what must carry its connections.</summary>
public interface IPath
{
    IPAddress Address { get; }

    FastTransport Transport { get; }
}

/// <summary>Loopback has no RDMA device: everything by TCP.</summary>
public sealed class TcpPath : IPath
{
    public IPAddress Address => IPAddress.Loopback;

    public FastTransport Transport => FastTransport.Tcp;
}

/// <summary>The device that soft-roce/run provides. Without one these tests fail; they never skip.</summary>
public sealed class RdmaPath : IPath
{
    public IPAddress Address => IPAddress.Parse(Environment.GetEnvironmentVariable("RDMA_ADDRESS")
        ?? throw new InvalidOperationException("RDMA_ADDRESS is not set: run this through tests/run or soft-roce/run."));

    public FastTransport Transport => FastTransport.Rdma;
}
