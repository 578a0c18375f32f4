namespace RdmaSharp.Tests.Device;

/// <summary>Two endpoints on one device, connected to each other without the RDMA CM.</summary>
internal sealed class LoopbackPair : IDisposable
{
    internal LoopbackPair(RdmaFixture rdma, bool withSharedReceives = false, byte rnrRetry = 7, int capacity = 64)
    {
        Domain = rdma.Context.AllocateProtectionDomain();
        Srq = withSharedReceives ? Domain.CreateSharedReceiveQueue(16) : null;
        A = new Endpoint(Domain, capacity: capacity);
        B = new Endpoint(Domain, Srq, capacity);
        Connect(rdma, A.Pair, B.Pair, rnrRetry);
        Connect(rdma, B.Pair, A.Pair, rnrRetry);
    }

    internal ProtectionDomain Domain { get; }

    internal SharedReceiveQueue? Srq { get; }

    internal Endpoint A { get; }

    internal Endpoint B { get; }

    internal static AddressAttributes AddressOf(RdmaFixture rdma) => new()
    {
        IsGlobal = 1,
        Port = RdmaFixture.Port,
        Route = new() { Destination = rdma.Gid.Gid, SourceGidIndex = (byte)rdma.Gid.Index, HopLimit = 64 },
    };

    public void Dispose()
    {
        A.Dispose();
        B.Dispose();
        Srq?.Dispose();
        Domain.Dispose();
    }

    private static void Connect(RdmaFixture rdma, QueuePair pair, QueuePair peer, byte rnrRetry)
    {
        pair.ModifyToInit(
            RdmaFixture.Port, AccessFlags.RemoteWrite | AccessFlags.RemoteRead | AccessFlags.RemoteAtomic);
        pair.ModifyToReadyToReceive(peer.Number, 100, AddressOf(rdma), PathMtu.Mtu1024, minRnrTimer: 1);
        pair.ModifyToReadyToSend(100, rnrRetry: rnrRetry);
    }
}
