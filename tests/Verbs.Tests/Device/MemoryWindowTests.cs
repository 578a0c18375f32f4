namespace RdmaSharp.Tests.Device;

public sealed unsafe class MemoryWindowTests(RdmaFixture rdma) : RdmaTestBase(rdma)
{
    [Fact]
    public void Bind_RemoteWriteThroughTheKey_Lands()
    {
        using var pair = new LoopbackPair(Rdma);
        using MemoryWindow window = Bind(pair, 128, 64);
        WriteFromA(pair, window.Key, 128, 64);
        pair.A.AwaitSuccess();
        Assert.False(pair.B.Bytes.Slice(128, 64).ContainsAnyExcept((byte)0x77));
    }

    [Theory]
    [InlineData(127, 8)]
    [InlineData(190, 8)]
    public void Bind_RemoteWriteOutside_IsARemoteAccessError(uint offset, uint length)
    {
        using var pair = new LoopbackPair(Rdma);
        using MemoryWindow window = Bind(pair, 128, 64);
        WriteFromA(pair, window.Key, offset, length);
        Assert.Equal(WorkCompletionStatus.RemoteAccessError, pair.A.Await().Status);
        Assert.False(pair.B.Bytes.ContainsAnyExcept((byte)0));
    }

    [Fact]
    public void LocalInvalidate_RemoteWrite_IsARemoteAccessError()
    {
        using var pair = new LoopbackPair(Rdma);
        using MemoryWindow window = Bind(pair, 0, 64);
        pair.B.Post(new() { Operation = SendOperation.LocalInvalidate, InvalidateKey = window.Key });
        Assert.Equal(WorkCompletionOperation.LocalInvalidate, pair.B.AwaitSuccess().Operation);
        WriteFromA(pair, window.Key, 0, 8);
        Assert.Equal(WorkCompletionStatus.RemoteAccessError, pair.A.Await().Status);
        Assert.False(pair.B.Bytes.ContainsAnyExcept((byte)0));
    }

    [Fact]
    public void SendWithInvalidate_FromThePeer_InvalidatesAndSaysWhich()
    {
        using var pair = new LoopbackPair(Rdma);
        using MemoryWindow window = Bind(pair, 0, 64);
        pair.B.Receive(1, 256, 64);
        pair.A.Post(new() { Operation = SendOperation.SendWithInvalidate, InvalidateKey = window.Key }, 0, 4);
        pair.A.AwaitSuccess();
        WorkCompletion received = pair.B.AwaitSuccess();
        Assert.True(received.Flags.HasFlag(WorkCompletionFlags.WithInvalidate));
        Assert.Equal(window.Key, received.InvalidatedKey);
        WriteFromA(pair, window.Key, 0, 8);
        Assert.Equal(WorkCompletionStatus.RemoteAccessError, pair.A.Await().Status);
    }

    [Fact]
    public void Bind_AgainAfterInvalidate_HasAnotherKey()
    {
        using var pair = new LoopbackPair(Rdma);
        using MemoryWindow window = Bind(pair, 0, 64);
        uint first = window.Key;
        for (uint round = 1; round <= 300; round++)
        {
            pair.B.Post(new() { Operation = SendOperation.LocalInvalidate, InvalidateKey = window.Key });
            pair.B.AwaitSuccess();
            Bind(pair, window, 64, 64);
        }
        Assert.Equal(first & ~0xFFu, window.Key & ~0xFFu);
        WriteFromA(pair, window.Key, 64, 8);
        pair.A.AwaitSuccess();
    }

    [Fact]
    public void Dispose_RegionBeforeItsBoundWindow_IsFreedWithTheWindow()
    {
        using var pair = new LoopbackPair(Rdma);
        int before = ResourceCount.Read(Rdma).Regions;
        MemoryRegion region = pair.Domain.Allocate(4096, Endpoint.AllAccess);
        MemoryWindow window = pair.Domain.AllocateWindow();
        var bind = new SendWorkRequest();
        window.Key = window.NextKey;
        bind.SetBind(window, window.Key, region, region.Address, 64, AccessFlags.RemoteWrite);
        pair.B.Post(bind);
        pair.B.AwaitSuccess();
        region.Dispose();
        window.Dispose();
        Assert.Equal(before, ResourceCount.Read(Rdma).Regions);
    }

    private static MemoryWindow Bind(LoopbackPair pair, uint offset, uint length)
    {
        MemoryWindow window = pair.Domain.AllocateWindow();
        Bind(pair, window, offset, length);
        return window;
    }

    private static void Bind(LoopbackPair pair, MemoryWindow window, uint offset, uint length)
    {
        var bind = new SendWorkRequest();
        window.Key = window.NextKey;
        bind.SetBind(
            window, window.Key, pair.B.Buffer, (byte*)pair.B.Buffer.Address + offset, length, AccessFlags.RemoteWrite);
        pair.B.Post(bind);
        Assert.Equal(WorkCompletionOperation.BindMemoryWindow, pair.B.AwaitSuccess().Operation);
    }

    private static void WriteFromA(LoopbackPair pair, uint key, uint offset, uint length)
    {
        pair.A.Bytes.Fill(0x77);
        var write = new SendWorkRequest
        {
            Operation = SendOperation.RdmaWrite,
            RemoteAddress = (ulong)pair.B.Buffer.Address + offset,
            RemoteKey = key,
        };
        pair.A.Post(write, 0, length);
    }
}
