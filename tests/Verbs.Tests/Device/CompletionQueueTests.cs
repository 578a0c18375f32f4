namespace RdmaSharp.Tests.Device;

public sealed class CompletionQueueTests(RdmaFixture rdma) : RdmaTestBase(rdma)
{
    [Fact]
    public void Arm_ThenCompletion_RaisesOneEventForTheQueue()
    {
        using var pair = new LoopbackPair(Rdma);
        Assert.False(pair.B.Channel.TryGetEvent(out _));
        Assert.False(pair.B.Channel.Wait(TimeSpan.Zero));
        pair.B.Queue.Arm();
        SendOne(pair, SendFlags.None);
        Assert.True(pair.B.Channel.Wait(RdmaFixture.Patience));
        Assert.True(pair.B.Channel.TryGetEvent(out CompletionQueue? queue));
        Assert.Same(pair.B.Queue, queue);
        Assert.False(pair.B.Channel.TryGetEvent(out _));
        pair.B.AwaitSuccess();
    }

    [Fact]
    public void Arm_NotArmed_RaisesNothing()
    {
        using var pair = new LoopbackPair(Rdma);
        SendOne(pair, SendFlags.None);
        pair.B.AwaitSuccess();
        Assert.False(pair.B.Channel.Wait(TimeSpan.FromMilliseconds(50)));
    }

    [Fact]
    public void Arm_SolicitedOnly_WaitsForASolicitedMessage()
    {
        using var pair = new LoopbackPair(Rdma);
        pair.B.Queue.Arm(solicitedOnly: true);
        SendOne(pair, SendFlags.None);
        pair.B.AwaitSuccess();
        Assert.False(pair.B.Channel.Wait(TimeSpan.FromMilliseconds(50)));
        SendOne(pair, SendFlags.Solicited);
        Assert.True(pair.B.Channel.Wait(RdmaFixture.Patience));
    }

    [Fact]
    public void Poll_ManyAtOnce_FillsTheSpan()
    {
        using var pair = new LoopbackPair(Rdma);
        for (int i = 0; i < 8; i++)
            SendOne(pair, SendFlags.None);
        for (int i = 0; i < 8; i++)
            pair.A.AwaitSuccess();
        var completions = new WorkCompletion[16];
        int count = 0;
        long deadline = Environment.TickCount64 + (long)RdmaFixture.Patience.TotalMilliseconds;
        while (count < 8 && Environment.TickCount64 < deadline)
            count += pair.B.Queue.Poll(completions.AsSpan(count, Math.Min(3, 16 - count)));
        Assert.Equal(8, count);
        Assert.All(completions[..8], completion => Assert.Equal(WorkCompletionStatus.Success, completion.Status));
        Assert.Equal(0, pair.B.Queue.Poll([]));
    }

    [Fact]
    public void Resize_WithCompletionsInside_KeepsThem()
    {
        using var pair = new LoopbackPair(Rdma);
        SendOne(pair, SendFlags.None);
        pair.A.AwaitSuccess();
        int before = pair.B.Queue.Capacity;
        Thread.Sleep(50);
        pair.B.Queue.Resize(before * 4);
        Assert.True(pair.B.Queue.Capacity >= before * 4);
        pair.B.AwaitSuccess();
        SendOne(pair, SendFlags.None);
        pair.B.AwaitSuccess();
    }

    [Fact]
    public void Create_BeyondTheDevice_IsEINVAL()
    {
        int tooMany = Rdma.Context.QueryDevice().MaxCompletionQueueEntries + 1;
        RdmaException thrown = Assert.Throws<RdmaException>(() => Rdma.Context.CreateCompletionQueue(tooMany));
        Assert.Equal("ibv_create_cq: EINVAL (Invalid argument)", thrown.Message);
    }

    [Fact]
    public void Overrun_RaisesAnAsyncEventForTheQueue()
    {
        using var pair = new LoopbackPair(Rdma, capacity: 2);
        int capacity = pair.B.Queue.Capacity;
        for (int i = 0; i <= capacity && i < 16; i++)
            SendOne(pair, SendFlags.None);
        AsyncEvent asyncEvent = AsyncEvents.Expect(Rdma.Context, AsyncEventType.CompletionQueueError);
        Assert.Same(pair.B.Queue, asyncEvent.CompletionQueue);
    }

    [Fact]
    public void Dispose_WithAnEventNotTaken_Returns()
    {
        using var pair = new LoopbackPair(Rdma);
        pair.B.Queue.Arm();
        SendOne(pair, SendFlags.None);
        Assert.True(pair.B.Channel.Wait(RdmaFixture.Patience));
        pair.B.Pair.Dispose();
        pair.B.Queue.Dispose();
        Assert.False(pair.B.Channel.TryGetEvent(out _));
        Assert.Throws<ObjectDisposedException>(() => pair.B.Queue.Poll(new WorkCompletion[1]));
        Assert.Throws<ObjectDisposedException>(() => pair.B.Queue.Arm());
    }

    private static void SendOne(LoopbackPair pair, SendFlags flags)
    {
        pair.B.Receive(1, 0, 64);
        pair.A.Post(new() { Operation = SendOperation.Send, Flags = flags }, 0, 4);
    }
}
