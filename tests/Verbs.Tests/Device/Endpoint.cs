namespace RdmaSharp.Tests.Device;

/// <summary>A queue pair with a completion queue and a registered buffer of its own.</summary>
internal sealed unsafe class Endpoint : IDisposable
{
    internal const AccessFlags AllAccess = AccessFlags.LocalWrite | AccessFlags.RemoteWrite | AccessFlags.RemoteRead |
        AccessFlags.RemoteAtomic | AccessFlags.MemoryWindowBind;

    internal Endpoint(ProtectionDomain domain, SharedReceiveQueue? srq = null, int capacity = 64)
    {
        Channel = domain.Context.CreateCompletionChannel();
        Queue = domain.Context.CreateCompletionQueue(capacity, Channel);
        Pair = domain.CreateQueuePair(new QueuePairOptions
        {
            SendCompletionQueue = Queue,
            ReceiveCompletionQueue = Queue,
            SharedReceiveQueue = srq,
            Capabilities = new()
            {
                MaxSendRequests = 16,
                MaxReceiveRequests = 16,
                MaxSendElements = 3,
                MaxReceiveElements = 3,
                MaxInlineData = 64,
            },
        });
        Buffer = domain.Allocate(4096, AllAccess);
    }

    internal CompletionChannel Channel { get; }

    internal CompletionQueue Queue { get; }

    internal QueuePair Pair { get; }

    internal MemoryRegion Buffer { get; }

    internal Span<byte> Bytes => Buffer.Span;

    internal void Receive(ulong id, uint offset, uint length)
    {
        ScatterGatherElement element = Buffer.Element(offset, length);
        var request = new ReceiveWorkRequest { Id = id, Elements = &element, ElementCount = 1 };
        Pair.PostReceive(&request);
    }

    internal void Post(SendWorkRequest request, uint offset = 0, uint length = 0)
    {
        ScatterGatherElement element = Buffer.Element(offset, length);
        request.Flags |= SendFlags.Signaled;
        if (length > 0)
        {
            request.Elements = &element;
            request.ElementCount = 1;
        }
        Pair.PostSend(&request);
    }

    /// <summary>The next completion, whatever its status.</summary>
    internal WorkCompletion Await() => Await(Queue);

    internal static WorkCompletion Await(CompletionQueue queue)
    {
        WorkCompletion completion = default;
        long deadline = Environment.TickCount64 + (long)RdmaFixture.Patience.TotalMilliseconds;
        while (queue.Poll(new Span<WorkCompletion>(ref completion)) == 0)
        {
            Assert.True(Environment.TickCount64 < deadline, "no completion");
            Thread.Yield();
        }
        return completion;
    }

    /// <summary>The next completion, which must be a success.</summary>
    internal WorkCompletion AwaitSuccess()
    {
        WorkCompletion completion = Await();
        Assert.Equal(WorkCompletionStatus.Success, completion.Status);
        return completion;
    }

    public void Dispose()
    {
        Pair.Dispose();
        Queue.Dispose();
        Channel.Dispose();
        Buffer.Dispose();
    }
}
