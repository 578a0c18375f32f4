namespace RdmaSharp.Tests.Device;

public sealed unsafe class SharedReceiveQueueTests(RdmaFixture rdma) : RdmaTestBase(rdma)
{
    [Fact]
    public void Receive_FromTheSharedQueue_Arrives()
    {
        using var pair = new LoopbackPair(Rdma, withSharedReceives: true);
        Post(pair, 4);
        pair.A.Post(new() { Operation = SendOperation.Send }, 0, 10);
        WorkCompletion received = pair.B.AwaitSuccess();
        Assert.Equal((0ul, 10u), (received.Id, received.Length));
        Assert.Equal(pair.B.Pair.Number, received.QueuePairNumber);
    }

    [Fact]
    public void ArmLimit_BelowIt_RaisesOneAsyncEvent()
    {
        using var pair = new LoopbackPair(Rdma, withSharedReceives: true);
        Post(pair, 4);
        pair.Srq!.ArmLimit(3);
        Assert.Equal(3u, pair.Srq.Query().Limit);
        for (int i = 0; i < 2; i++)
        {
            pair.A.Post(new() { Operation = SendOperation.Send }, 0, 1);
            pair.B.AwaitSuccess();
        }
        AsyncEvent asyncEvent = AsyncEvents.Expect(Rdma.Context, AsyncEventType.SharedReceiveQueueLimitReached);
        Assert.Same(pair.Srq, asyncEvent.SharedReceiveQueue);
        Assert.Equal(0u, pair.Srq.Query().Limit);
    }

    [Fact]
    public void TryPostReceive_Full_IsENOMEM()
    {
        using var pair = new LoopbackPair(Rdma, withSharedReceives: true);
        int capacity = (int)pair.Srq!.Query().MaxRequests;
        Assert.True(capacity >= 16);
        int posted = 0;
        ScatterGatherElement element = pair.B.Buffer.Element(0, 64);
        var request = new ReceiveWorkRequest { Elements = &element, ElementCount = 1 };
        int errno;
        ReceiveWorkRequest* bad;
        while ((errno = pair.Srq.TryPostReceive(&request, out bad)) == 0 && posted < 10 * capacity)
            posted++;
        Assert.Equal(12, errno);
        Assert.True(bad == &request);
        Assert.True(posted >= capacity);
    }

    [Fact]
    public void Resize_Larger_HoldsMore()
    {
        using var pair = new LoopbackPair(Rdma, withSharedReceives: true);
        Post(pair, 4);
        pair.Srq!.Resize(64);
        Assert.True(pair.Srq.Query().MaxRequests >= 64);
        Post(pair, 40);
        pair.A.Post(new() { Operation = SendOperation.Send }, 0, 1);
        pair.B.AwaitSuccess();
    }

    [Fact]
    public void PostReceive_OnTheQueuePair_IsRefused()
    {
        using var pair = new LoopbackPair(Rdma, withSharedReceives: true);
        Assert.Equal("EINVAL", Assert.Throws<RdmaException>(() => pair.B.Receive(1, 0, 8)).ErrorName);
    }

    private static void Post(LoopbackPair pair, int count)
    {
        for (uint i = 0; i < count; i++)
        {
            ScatterGatherElement element = pair.B.Buffer.Element(i * 64, 64);
            var request = new ReceiveWorkRequest { Id = i, Elements = &element, ElementCount = 1 };
            pair.Srq!.PostReceive(&request);
        }
    }
}
