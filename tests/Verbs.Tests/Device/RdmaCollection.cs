namespace RdmaSharp.Tests.Device;

/// <summary>One fixture for all classes.</summary>
[CollectionDefinition("Rdma")]
#pragma warning disable CA1711 // xunit's term.
public sealed class RdmaCollection : ICollectionFixture<RdmaFixture>;
#pragma warning restore CA1711
