using RdmaSharp;

namespace PingPong;

/// <summary>One RC queue pair with a message buffer for each direction.</summary>
internal sealed unsafe class Link : IDisposable
{
    private const int ReceiveDepth = 16;
    private const int SignalEvery = 16;

    private readonly ProtectionDomain _domain;
    private readonly CompletionChannel _channel;
    private readonly CompletionQueue _queue;
    private readonly QueuePair _pair;
    private readonly MemoryRegion _buffer;
    private readonly bool _block;
    private readonly SendFlags _inline;
    private readonly uint _size;
    private uint _sent;

    internal Link(CmId id, int size, bool block)
    {
        RdmaContext context = id.Context ?? throw new InvalidOperationException("Bound to no device.");
        _size = (uint)size;
        _block = block;
        _domain = context.AllocateProtectionDomain();
        _channel = context.CreateCompletionChannel();
        _queue = context.CreateCompletionQueue(4 * ReceiveDepth, _channel);
        _pair = id.CreateQueuePair(_domain, new QueuePairOptions
        {
            SendCompletionQueue = _queue,
            ReceiveCompletionQueue = _queue,
            Capabilities = new()
            {
                MaxSendRequests = 2 * SignalEvery,
                MaxReceiveRequests = ReceiveDepth,
                MaxSendElements = 1,
                MaxReceiveElements = 1,
                MaxInlineData = (uint)Math.Min(size, 64),
            },
        });
        _inline = size <= _pair.Capabilities.MaxInlineData ? SendFlags.Inline : SendFlags.None;
        _buffer = _domain.Allocate((nuint)(size * (1 + ReceiveDepth)), AccessFlags.LocalWrite);
        for (ulong slot = 1; slot <= ReceiveDepth; slot++)
            PostReceive(slot);
        _queue.Arm();
    }

    internal void Send()
    {
        ScatterGatherElement element = _buffer.Element(0, _size);
        var request = new SendWorkRequest
        {
            Elements = &element,
            ElementCount = 1,
            Operation = SendOperation.Send,
            Flags = _inline | (++_sent % SignalEvery == 0 ? SendFlags.Signaled : SendFlags.None),
        };
        _pair.PostSend(&request);
    }

    /// <summary>Waits for a message.</summary>
    internal void Receive()
    {
        while (!TryReceive())
        {
            if (_block)
                Sleep();
        }
    }

    public void Dispose()
    {
        _pair.Dispose();
        _queue.Dispose();
        _channel.Dispose();
        _buffer.Dispose();
        _domain.Dispose();
    }

    private bool TryReceive()
    {
        WorkCompletion completion = default;
        while (_queue.Poll(new Span<WorkCompletion>(ref completion)) != 0)
        {
            if (completion.Status != WorkCompletionStatus.Success)
                throw new IOException($"{completion.Operation} failed: {completion.Status}");
            if (completion.Operation != WorkCompletionOperation.Receive)
                continue;
            PostReceive(completion.Id);
            return true;
        }
        return false;
    }

    /// <summary>Returns when there may be a completion: the queue is always armed before it is found empty.</summary>
    private void Sleep()
    {
        if (!_channel.Wait(Options.Timeout))
            throw new TimeoutException("The peer is silent.");
        while (_channel.TryGetEvent(out _))
        {
        }
        _queue.Arm();
    }

    private void PostReceive(ulong slot)
    {
        ScatterGatherElement element = _buffer.Element((nuint)(slot * _size), _size);
        var request = new ReceiveWorkRequest { Id = slot, Elements = &element, ElementCount = 1 };
        _pair.PostReceive(&request);
    }
}
