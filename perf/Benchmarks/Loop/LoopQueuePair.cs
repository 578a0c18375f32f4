using FastSockets.Transport.Fabric;

namespace FastSockets.Benchmarks.Loop;

/// <summary>What is posted has arrived, and completed, when Post returns.</summary>
internal sealed class LoopQueuePair(LoopDevice device, LoopDevice peer, uint number) : IQueuePair
{
    public uint Number => number;

    public int SendQueueDepth => 128;

    public int MaxInline => 256;

    public bool Post(ReadOnlySpan<SendRequest> requests)
    {
        foreach (ref readonly SendRequest request in requests)
        {
            if (request.Kind != SendKind.Send)
                throw new NotSupportedException($"{request.Kind}");
            peer.Deliver(request, number);
            if ((request.Flags & SendFlags.Signaled) != 0)
                device.Complete(new Completion { Id = request.Id, QueuePair = number });
        }
        return true;
    }

    public void Close()
    {
    }
}
