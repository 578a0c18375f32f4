using System.Buffers.Binary;

namespace RdmaSharp.Tests.Device;

public sealed class RemoteMemoryTests(RdmaFixture rdma) : RdmaTestBase(rdma)
{
    [Fact]
    public unsafe void Write_ToRemoteMemory_LandsThereUnnoticed()
    {
        using var pair = new LoopbackPair(Rdma);
        "written"u8.CopyTo(pair.A.Bytes);
        pair.A.Post(To(pair.B, 256, SendOperation.RdmaWrite), 0, 7);
        Assert.Equal(WorkCompletionOperation.RdmaWrite, pair.A.AwaitSuccess().Operation);
        Assert.Equal("written"u8.ToArray(), pair.B.Bytes.Slice(256, 7).ToArray());
        Assert.Equal(0, pair.B.Queue.Poll(new WorkCompletion[1]));
    }

    [Fact]
    public void Write_WithImmediate_TakesAReceiveAndTellsTheLength()
    {
        using var pair = new LoopbackPair(Rdma);
        pair.B.Receive(9, 0, 0);
        pair.A.Bytes[..2000].Fill(0x5a);
        SendWorkRequest write = To(pair.B, 1000, SendOperation.RdmaWriteWithImmediate);
        write.Immediate = 77;
        pair.A.Post(write, 0, 2000);
        WorkCompletion received = pair.B.AwaitSuccess();
        Assert.Equal(WorkCompletionOperation.ReceiveRdmaWithImmediate, received.Operation);
        Assert.Equal((9ul, 77u, 2000u), (received.Id, received.Immediate, received.Length));
        Assert.False(pair.B.Bytes.Slice(1000, 2000).ContainsAnyExcept((byte)0x5a));
    }

    [Fact]
    public void Read_FromRemoteMemory_FillsTheLocalElement()
    {
        using var pair = new LoopbackPair(Rdma);
        "read me"u8.CopyTo(pair.B.Bytes[512..]);
        pair.A.Post(To(pair.B, 512, SendOperation.RdmaRead), 64, 7);
        WorkCompletion read = pair.A.AwaitSuccess();
        Assert.Equal(WorkCompletionOperation.RdmaRead, read.Operation);
        Assert.Equal("read me"u8.ToArray(), pair.A.Bytes.Slice(64, 7).ToArray());
    }

    [Fact]
    public void FetchAndAdd_AddsAndReturnsTheOldValue()
    {
        using var pair = new LoopbackPair(Rdma);
        BinaryPrimitives.WriteUInt64LittleEndian(pair.B.Bytes[8..], 40);
        SendWorkRequest add = ToAtomic(pair.B, 8, SendOperation.AtomicFetchAndAdd);
        add.CompareOrAdd = 2;
        pair.A.Post(add, 0, 8);
        Assert.Equal(WorkCompletionOperation.FetchAndAdd, pair.A.AwaitSuccess().Operation);
        Assert.Equal(40u, BinaryPrimitives.ReadUInt64LittleEndian(pair.A.Bytes));
        Assert.Equal(42u, BinaryPrimitives.ReadUInt64LittleEndian(pair.B.Bytes[8..]));
    }

    [Theory]
    [InlineData(40, 99)]
    [InlineData(41, 40)]
    public void CompareAndSwap_SwapsOnlyIfEqual(ulong compare, ulong result)
    {
        using var pair = new LoopbackPair(Rdma);
        BinaryPrimitives.WriteUInt64LittleEndian(pair.B.Bytes, 40);
        SendWorkRequest swap = ToAtomic(pair.B, 0, SendOperation.AtomicCompareAndSwap);
        swap.CompareOrAdd = compare;
        swap.Swap = 99;
        pair.A.Post(swap, 16, 8);
        Assert.Equal(WorkCompletionOperation.CompareAndSwap, pair.A.AwaitSuccess().Operation);
        Assert.Equal(40u, BinaryPrimitives.ReadUInt64LittleEndian(pair.A.Bytes[16..]));
        Assert.Equal(result, BinaryPrimitives.ReadUInt64LittleEndian(pair.B.Bytes));
    }

    [Fact]
    public unsafe void Write_OutsideTheRegion_IsARemoteAccessErrorAndBreaksTheConnection()
    {
        using var pair = new LoopbackPair(Rdma);
        pair.B.Bytes.Fill(0xAA);
        pair.A.Post(To(pair.B, 4090, SendOperation.RdmaWrite), 0, 64);
        Assert.Equal(WorkCompletionStatus.RemoteAccessError, pair.A.Await().Status);
        Assert.Equal(QueuePairState.Error, pair.A.Pair.Query(QueuePairAttributeMask.State).State);
        Assert.False(pair.B.Bytes.ContainsAnyExcept((byte)0xAA));
    }

    [Fact]
    public unsafe void Write_ToRegionWithoutRemoteWrite_IsARemoteAccessError()
    {
        using var pair = new LoopbackPair(Rdma);
        using MemoryRegion closed = pair.Domain.Allocate(64, AccessFlags.LocalWrite | AccessFlags.RemoteRead);
        var write = new SendWorkRequest
        {
            Operation = SendOperation.RdmaWrite,
            RemoteAddress = (ulong)closed.Address,
            RemoteKey = closed.RemoteKey,
        };
        pair.A.Post(write, 0, 8);
        Assert.Equal(WorkCompletionStatus.RemoteAccessError, pair.A.Await().Status);
    }

    private static unsafe SendWorkRequest To(Endpoint target, uint offset, SendOperation operation) => new()
    {
        Operation = operation,
        RemoteAddress = (ulong)target.Buffer.Address + offset,
        RemoteKey = target.Buffer.RemoteKey,
    };

    private static unsafe SendWorkRequest ToAtomic(Endpoint target, uint offset, SendOperation operation) => new()
    {
        Operation = operation,
        RemoteAddress = (ulong)target.Buffer.Address + offset,
        AtomicRemoteKey = target.Buffer.RemoteKey,
    };
}
