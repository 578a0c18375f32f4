namespace RdmaSharp.Tests.Device;

public sealed unsafe class AllocationTests(RdmaFixture rdma) : RdmaTestBase(rdma)
{
    [Fact]
    public void DataPath_AllocatesNothing()
    {
        using var pair = new LoopbackPair(Rdma, withSharedReceives: true);
        RoundTrip(pair, 20);
        long before = GC.GetAllocatedBytesForCurrentThread();
        RoundTrip(pair, 200);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    /// <summary>Shared receive, armed queue, inline send, event wait, poll of several.</summary>
    private static void RoundTrip(LoopbackPair pair, int rounds)
    {
        Span<WorkCompletion> completions = stackalloc WorkCompletion[4];
        ScatterGatherElement into = pair.B.Buffer.Element(0, 64);
        ScatterGatherElement from = pair.A.Buffer.Element(0, 8);
        var receive = new ReceiveWorkRequest { Elements = &into, ElementCount = 1 };
        var send = new SendWorkRequest
        {
            Elements = &from,
            ElementCount = 1,
            Operation = SendOperation.SendWithImmediate,
            Flags = SendFlags.Inline | SendFlags.Signaled,
        };
        for (uint round = 0; round < rounds; round++)
        {
            send.Immediate = round;
            pair.Srq!.PostReceive(&receive);
            pair.B.Queue.Arm();
            pair.A.Pair.PostSend(&send);
            while (!pair.B.Channel.TryGetEvent(out _))
                pair.B.Channel.Wait(RdmaFixture.Patience);
            while (pair.B.Queue.Poll(completions) == 0)
            {
            }
            if (completions[0].Immediate != round)
                throw new InvalidOperationException("out of order");
            while (pair.A.Queue.Poll(completions) == 0)
            {
            }
        }
    }
}
