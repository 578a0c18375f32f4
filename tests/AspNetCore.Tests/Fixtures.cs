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
