namespace RdmaSharp.Tests.Device;

/// <summary>What the tests on a device share.</summary>
[Collection("Rdma")]
[Trait("Category", "Rdma")]
public abstract class RdmaTestBase(RdmaFixture rdma)
{
    internal RdmaFixture Rdma { get; } = rdma;
}
