using RdmaSharp;

namespace FastSockets.Perf;

/// <summary>
/// One RC queue pair with a registered message in each direction: what verbs-latency.c has, posted and polled through
/// RdmaSharp, so that the difference between the two is the binding's.
/// </summary>
internal sealed unsafe class VerbsLink : IDisposable
{
    // As in verbs-latency.c.
    private const int Depth = 32;
    private const int SignalEvery = 16;
    private const int ReceivesPosted = 2;

    private readonly ProtectionDomain _domain;
    private readonly WaitingQueue _sends;
    private readonly WaitingQueue _receives;
    private readonly QueuePair _pair;
    private readonly MemoryRegion _outgoing;
    private readonly MemoryRegion _incoming;
    private readonly long _spinTicks;
    private readonly uint _size;
    private uint _sent;
    private bool _signaled;

    public VerbsLink(CmId id, int size, Wait wait)
    {
        RdmaContext context = id.Context ?? throw new InvalidOperationException("Bound to no device.");
        _size = (uint)size;
        _spinTicks = wait == Wait.Spin ? long.MaxValue : Pace.ToTicks(new FastSocketsOptions().SpinBudget.TotalSeconds);
        _domain = context.AllocateProtectionDomain();
        _sends = new WaitingQueue(context, Depth);
        _receives = new WaitingQueue(context, Depth);
        _pair = id.CreateQueuePair(_domain, new QueuePairOptions
        {
            SendCompletionQueue = _sends.Queue,
            ReceiveCompletionQueue = _receives.Queue,
            Capabilities = new()
            {
                MaxSendRequests = Depth,
                MaxReceiveRequests = Depth,
                MaxSendElements = 1,
                MaxReceiveElements = 1,
            },
        });
        _outgoing = _domain.Allocate(_size, AccessFlags.LocalWrite);
        _incoming = _domain.Allocate(_size, AccessFlags.LocalWrite);
        for (int i = 0; i < ReceivesPosted; i++)
            PostReceive();
    }

    /// <summary>The first byte of the message is <paramref name="mark"/>; the last one is signalled, or it might be lost.</summary>
    public void Send(byte mark, bool last)
    {
        _outgoing.Span[0] = mark;
        _signaled = ++_sent % SignalEvery == 0 || last;
        ScatterGatherElement element = _outgoing.Element(0, _size);
        var request = new SendWorkRequest
        {
            Elements = &element,
            ElementCount = 1,
            Operation = SendOperation.Send,
            Flags = _signaled ? SendFlags.Signaled : SendFlags.None,
        };
        _pair.PostSend(&request);
    }

    /// <summary>Waits for a message; its first byte.</summary>
    public byte Receive()
    {
        _receives.TakeOne(_spinTicks);
        byte mark = _incoming.Span[0];
        PostReceive();
        return mark;
    }

    /// <summary>Waits for the completion of the send before, if it has one.</summary>
    public void ReapSend()
    {
        if (_signaled)
            _sends.TakeOne(_spinTicks);
    }

    public void Dispose()
    {
        _pair.Dispose();
        _sends.Dispose();
        _receives.Dispose();
        _outgoing.Dispose();
        _incoming.Dispose();
        _domain.Dispose();
    }

    // All messages of a way share a buffer: one is in flight.
    private void PostReceive()
    {
        ScatterGatherElement element = _incoming.Element(0, _size);
        var request = new ReceiveWorkRequest { Elements = &element, ElementCount = 1 };
        _pair.PostReceive(&request);
    }
}
