namespace RdmaSharp.Tests.Device;

public sealed unsafe class MemoryRegionTests(RdmaFixture rdma) : RdmaTestBase(rdma)
{
    [Fact]
    public void Register_ManagedMemory_StaysWhereItIs()
    {
        using var pair = new LoopbackPair(Rdma);
        byte[] array = new byte[10_000];
        using MemoryRegion region =
            pair.Domain.Register(array.AsMemory(), AccessFlags.LocalWrite | AccessFlags.RemoteWrite);
        GC.Collect(2, GCCollectionMode.Forced, blocking: true, compacting: true);
        "moved?"u8.CopyTo(pair.A.Bytes);
        var write = new SendWorkRequest
        {
            Operation = SendOperation.RdmaWrite,
            RemoteAddress = (ulong)region.Address + 5000,
            RemoteKey = region.RemoteKey,
        };
        pair.A.Post(write, 0, 6);
        pair.A.AwaitSuccess();
        Assert.Equal("moved?"u8.ToArray(), array.AsSpan(5000, 6).ToArray());
    }

    [Fact]
    public void Register_Unmapped_IsEFAULT()
    {
        using ProtectionDomain domain = Rdma.Context.AllocateProtectionDomain();
        RdmaException thrown =
            Assert.Throws<RdmaException>(() => domain.Register((void*)4096, 4096, AccessFlags.LocalWrite));
        Assert.Equal(("ibv_reg_mr_iova2", "EFAULT"), (thrown.Operation, thrown.ErrorName));
    }

    [Fact]
    public void Register_OverTheLockedMemoryLimit_SaysSo()
    {
        using ProtectionDomain domain = Rdma.Context.AllocateProtectionDomain();
        RdmaException thrown = LockedMemory.WithLimit(
            1 << 16, () => Assert.Throws<RdmaException>(() => domain.Allocate(1 << 20, AccessFlags.LocalWrite)));
        Assert.StartsWith(
            "ibv_reg_mr_iova2: ENOMEM (Cannot allocate memory). Asked to pin 1048576 bytes; the process may lock " +
            "65536 bytes in all (RLIMIT_MEMLOCK). Raise it: 'ulimit -l unlimited'",
            thrown.Message);
    }

    [Fact]
    public void Element_OutsideTheRegion_IsRefused()
    {
        using ProtectionDomain domain = Rdma.Context.AllocateProtectionDomain();
        using MemoryRegion region = domain.Allocate(100, AccessFlags.LocalWrite);
        Assert.Equal(0ul, (ulong)region.Address % (ulong)Environment.SystemPageSize);
        Assert.Equal((ulong)region.Address + 90, region.Element(90, 10).Address);
        Assert.Throws<ArgumentOutOfRangeException>(() => region.Element(91, 10));
        Assert.Throws<ArgumentOutOfRangeException>(() => region.Element(101, 0));
    }
}
