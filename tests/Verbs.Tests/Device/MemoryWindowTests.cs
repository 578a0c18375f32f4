namespace RdmaSharp.Tests.Device;

public sealed unsafe class MemoryWindowTests(RdmaFixture rdma) : RdmaTestBase(rdma)
{
    private bool IsRxe => File.Exists($"{Rdma.Context.Device.SysfsPath}/parent");

    [Fact]
    public void Bind_RemoteWriteThroughTheKey_Lands()
    {
        using var pair = new LoopbackPair(Rdma);
        using MemoryWindow window = Bind(pair, 128, 64);
        WriteFromA(pair, window.Key, 128, 64);
        pair.A.AwaitSuccess();
        Assert.False(pair.B.Bytes.Slice(128, 64).ContainsAnyExcept((byte)0x77));
    }

    /// <summary>
    /// rxe checks a window's key and access, but takes the bounds of the region behind it (seen on 6.12). So on rxe a
    /// window exposes its whole region, and a region meant to be lent by windows must be no larger than what is lent.
    /// </summary>
    [Theory]
    [InlineData(127, 8)]
    [InlineData(190, 8)]
    public void Bind_RemoteWriteOutsideTheWindow_IsARemoteAccessErrorExceptOnRxe(uint offset, uint length)
    {
        using var pair = new LoopbackPair(Rdma);
        using MemoryWindow window = Bind(pair, 128, 64);
        WriteFromA(pair, window.Key, offset, length);
        Assert.Equal(
            IsRxe ? WorkCompletionStatus.Success : WorkCompletionStatus.RemoteAccessError, pair.A.Await().Status);
    }

    [Theory]
    [InlineData(-8)]
    [InlineData(4090)]
    public void Bind_RemoteWriteOutsideTheRegion_IsARemoteAccessError(int offset)
    {
        using var pair = new LoopbackPair(Rdma);
        using MemoryWindow window = Bind(pair, 0, 4096);
        WriteFromA(pair, window.Key, offset, 8);
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
        Assert.Equal(window.Key, received.InvalidatedKey);

        // rxe passes on the kernel's bit for it, which for programs is that of another flag (seen on 6.12).
        WorkCompletionFlags expected = IsRxe ? WorkCompletionFlags.IpChecksumOk : WorkCompletionFlags.WithInvalidate;
        Assert.True(received.Flags.HasFlag(expected), $"{received.Flags}");
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
        bind.SetBind(window, window.NextKey, region, region.Address, 64, AccessFlags.RemoteWrite);
        pair.B.Post(bind);
        window.Key = window.NextKey;
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
        uint key = window.NextKey;
        void* start = (byte*)pair.B.Buffer.Address + offset;
        bind.SetBind(window, key, pair.B.Buffer, start, length, AccessFlags.RemoteWrite);
        pair.B.Post(bind);
        window.Key = key;
        Assert.Equal(WorkCompletionOperation.BindMemoryWindow, pair.B.AwaitSuccess().Operation);
    }

    private static void WriteFromA(LoopbackPair pair, uint key, long offset, uint length)
    {
        pair.A.Bytes.Fill(0x77);
        var write = new SendWorkRequest
        {
            Operation = SendOperation.RdmaWrite,
            RemoteAddress = (ulong)((long)pair.B.Buffer.Address + offset),
            RemoteKey = key,
        };
        pair.A.Post(write, 0, length);
    }
}
