namespace RdmaSharp.Tests.Device;

/// <summary>The queue pair of an identifier, with a domain, a completion queue and a buffer of its own.</summary>
internal sealed unsafe class CmEndpoint : IDisposable
{
    private readonly ProtectionDomain _domain;
    private readonly CompletionQueue _queue;
    private readonly MemoryRegion _buffer;

    internal CmEndpoint(CmId id)
    {
        RdmaContext context = Assert.IsType<RdmaContext>(id.Context);
        _domain = context.AllocateProtectionDomain();
        _queue = context.CreateCompletionQueue(64);
        Pair = id.CreateQueuePair(
            _domain, new QueuePairOptions { SendCompletionQueue = _queue, ReceiveCompletionQueue = _queue });
        _buffer = _domain.Allocate(4096, Endpoint.AllAccess);
    }

    internal QueuePair Pair { get; }

    internal Span<byte> Bytes => _buffer.Span;

    internal void Receive(ulong id, uint offset, uint length)
    {
        ScatterGatherElement element = _buffer.Element(offset, length);
        var request = new ReceiveWorkRequest { Id = id, Elements = &element, ElementCount = 1 };
        Pair.PostReceive(&request);
    }

    internal void Post(SendWorkRequest request, uint offset, uint length)
    {
        ScatterGatherElement element = _buffer.Element(offset, length);
        request.Flags |= SendFlags.Signaled;
        request.Elements = &element;
        request.ElementCount = 1;
        Pair.PostSend(&request);
    }

    internal WorkCompletion Await() => Endpoint.Await(_queue);

    internal WorkCompletion AwaitSuccess()
    {
        WorkCompletion completion = Await();
        Assert.Equal(WorkCompletionStatus.Success, completion.Status);
        return completion;
    }

    public void Dispose()
    {
        Pair.Dispose();
        _queue.Dispose();
        _buffer.Dispose();
        _domain.Dispose();
    }
}
