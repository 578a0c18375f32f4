namespace RdmaSharp.Tests.Device;

public sealed unsafe class SendReceiveTests(RdmaFixture rdma) : RdmaTestBase(rdma)
{
    [Fact]
    public void Send_OneMessage_ArrivesInTheReceive()
    {
        using var pair = new LoopbackPair(Rdma);
        pair.B.Receive(7, 100, 64);
        "hello"u8.CopyTo(pair.A.Bytes);
        pair.A.Post(new() { Id = 5, Operation = SendOperation.Send }, 0, 5);

        WorkCompletion sent = pair.A.AwaitSuccess();
        WorkCompletion received = pair.B.AwaitSuccess();

        Assert.Equal((5ul, WorkCompletionOperation.Send), (sent.Id, sent.Operation));
        Assert.Equal((7ul, WorkCompletionOperation.Receive, 5u), (received.Id, received.Operation, received.Length));
        Assert.Equal(pair.B.Pair.Number, received.QueuePairNumber);
        Assert.Equal(WorkCompletionFlags.None, received.Flags & WorkCompletionFlags.WithImmediate);
        Assert.Equal("hello"u8.ToArray(), pair.B.Bytes.Slice(100, 5).ToArray());
    }

    [Fact]
    public void Send_WithImmediate_CarriesItInHostOrder()
    {
        using var pair = new LoopbackPair(Rdma);
        pair.B.Receive(1, 0, 64);
        pair.A.Post(new() { Operation = SendOperation.SendWithImmediate, Immediate = 0x11223344 }, 0, 1);
        WorkCompletion received = pair.B.AwaitSuccess();
        Assert.True(received.Flags.HasFlag(WorkCompletionFlags.WithImmediate));
        Assert.Equal(0x11223344u, received.Immediate);
    }

    [Fact]
    public void Send_Inline_NeedsNoRegisteredMemoryAndFreesItAtOnce()
    {
        using var pair = new LoopbackPair(Rdma);
        Assert.True(pair.A.Pair.Capabilities.MaxInlineData >= 64);
        pair.B.Receive(1, 0, 64);
        Span<byte> text = stackalloc byte[6];
        "inline"u8.CopyTo(text);
        fixed (byte* bytes = text)
        {
            var element = new ScatterGatherElement(bytes, 6, localKey: 0xdead);
            var request = new SendWorkRequest
            {
                Elements = &element,
                ElementCount = 1,
                Operation = SendOperation.Send,
                Flags = SendFlags.Inline | SendFlags.Signaled,
            };
            pair.A.Pair.PostSend(&request);
            text.Clear();
        }
        pair.A.AwaitSuccess();
        pair.B.AwaitSuccess();
        Assert.Equal("inline"u8.ToArray(), pair.B.Bytes[..6].ToArray());
    }

    [Fact]
    public void Send_SeveralElements_AreGatheredAndScattered()
    {
        using var pair = new LoopbackPair(Rdma);
        ScatterGatherElement* into =
            stackalloc[] { pair.B.Buffer.Element(0, 2), pair.B.Buffer.Element(10, 2), pair.B.Buffer.Element(20, 60) };
        var receive = new ReceiveWorkRequest { Elements = into, ElementCount = 3 };
        pair.B.Pair.PostReceive(&receive);
        "abcdef"u8.CopyTo(pair.A.Bytes);
        ScatterGatherElement* from =
            stackalloc[] { pair.A.Buffer.Element(4, 2), pair.A.Buffer.Element(2, 2), pair.A.Buffer.Element(0, 2) };
        var send = new SendWorkRequest { Elements = from, ElementCount = 3, Operation = SendOperation.Send };
        pair.A.Pair.PostSend(&send);
        Assert.Equal(6u, pair.B.AwaitSuccess().Length);
        Assert.Equal("ef"u8.ToArray(), pair.B.Bytes[..2].ToArray());
        Assert.Equal("cd"u8.ToArray(), pair.B.Bytes.Slice(10, 2).ToArray());
        Assert.Equal("ab"u8.ToArray(), pair.B.Bytes.Slice(20, 2).ToArray());
    }

    [Fact]
    public void PostSend_Chain_ArrivesInOrderAndCompletesWithTheSignaledOne()
    {
        using var pair = new LoopbackPair(Rdma);
        ReceiveWorkRequest* receives = stackalloc ReceiveWorkRequest[3];
        SendWorkRequest* sends = stackalloc SendWorkRequest[3];
        ScatterGatherElement* elements = stackalloc ScatterGatherElement[6];
        for (uint i = 0; i < 3; i++)
        {
            elements[i] = pair.B.Buffer.Element(i * 8, 8);
            receives[i] = new()
            {
                Id = i,
                Next = i < 2 ? &receives[i + 1] : null,
                Elements = &elements[i],
                ElementCount = 1,
            };
            elements[3 + i] = pair.A.Buffer.Element(i, 1);
            sends[i] = new()
            {
                Id = 10 + i,
                Next = i < 2 ? &sends[i + 1] : null,
                Elements = &elements[3 + i],
                ElementCount = 1,
                Operation = SendOperation.SendWithImmediate,
                Immediate = i,
                Flags = i == 2 ? SendFlags.Signaled : SendFlags.None,
            };
        }
        pair.B.Pair.PostReceive(receives);
        pair.A.Pair.PostSend(sends);
        for (uint i = 0; i < 3; i++)
        {
            WorkCompletion received = pair.B.AwaitSuccess();
            Assert.Equal(((ulong)i, i), (received.Id, received.Immediate));
        }
        Assert.Equal(12ul, pair.A.AwaitSuccess().Id);
        Assert.Equal(0, pair.A.Queue.Poll(new WorkCompletion[4]));
    }

    [Fact]
    public void TryPostReceive_FullQueue_IsENOMEMAndNamesTheRequest()
    {
        using var pair = new LoopbackPair(Rdma);
        int capacity = (int)pair.B.Pair.Capabilities.MaxReceiveRequests;
        ReceiveWorkRequest[] requests = new ReceiveWorkRequest[capacity * 2 + 2]; // some kernels' rxe rounds up further
        ScatterGatherElement element = pair.B.Buffer.Element(0, 8);
        fixed (ReceiveWorkRequest* first = requests)
        {
            for (int i = 0; i < requests.Length; i++)
            {
                ReceiveWorkRequest* next = i + 1 < requests.Length ? &first[i + 1] : null;
                first[i] = new() { Next = next, Elements = &element, ElementCount = 1 };
            }
            int errno = pair.B.Pair.TryPostReceive(first, out ReceiveWorkRequest* bad);
            Assert.Equal(12, errno);
            Assert.InRange(bad - first, capacity, capacity * 2 + 1);
            ReceiveWorkRequest* rejected = bad;
            RdmaException thrown = Assert.Throws<RdmaException>(() => pair.B.Pair.PostReceive(rejected));
            Assert.Equal("ibv_post_recv: ENOMEM (Cannot allocate memory)", thrown.Message);
        }
    }

    [Fact]
    public void Send_LargerThanTheReceive_FailsAtBothEnds()
    {
        using var pair = new LoopbackPair(Rdma);
        pair.B.Receive(1, 0, 4);
        pair.A.Post(new() { Operation = SendOperation.Send }, 0, 64);
        // By the specification an invalid request here and a length error there; rxe says operation error at both ends.
        (WorkCompletionStatus, WorkCompletionStatus) statuses = (pair.A.Await().Status, pair.B.Await().Status);
        Assert.True(
            statuses is (WorkCompletionStatus.RemoteInvalidRequestError, WorkCompletionStatus.LocalLengthError)
                or (WorkCompletionStatus.RemoteOperationError, WorkCompletionStatus.LocalQueuePairOperationError),
            $"{statuses}");
    }

    [Fact]
    public void Send_NoReceivePosted_IsReceiverNotReadyAfterTheRetries()
    {
        using var pair = new LoopbackPair(Rdma, rnrRetry: 1);
        pair.A.Post(new() { Id = 3, Operation = SendOperation.Send }, 0, 4);
        WorkCompletion completion = pair.A.Await();
        Assert.Equal((3ul, WorkCompletionStatus.ReceiverNotReadyRetryExceeded), (completion.Id, completion.Status));
    }

    [Fact]
    public void ModifyToError_PostedRequests_AreFlushed()
    {
        using var pair = new LoopbackPair(Rdma);
        pair.B.Receive(1, 0, 64);
        pair.B.Receive(2, 0, 64);
        pair.B.Pair.ModifyToError();
        WorkCompletion first = pair.B.Await();
        WorkCompletion second = pair.B.Await();
        Assert.Equal((1ul, WorkCompletionStatus.FlushError), (first.Id, first.Status));
        Assert.Equal((2ul, WorkCompletionStatus.FlushError), (second.Id, second.Status));
    }
}
