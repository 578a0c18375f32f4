using System.Runtime.CompilerServices;
using FastSockets.Transport.Fabric;
using RdmaSharp;
using SendFlags = FastSockets.Transport.Fabric.SendFlags;
using VerbsSendFlags = RdmaSharp.SendFlags;

namespace FastSockets.Transport.Verbs;

/// <summary>A queue pair made by the RDMA CM. It is taken down by the connection manager's thread, not by the link's.</summary>
internal sealed class VerbsQueuePair : IQueuePair
{
    private readonly QueuePair _queuePair;
    private readonly Action _close;

    public VerbsQueuePair(QueuePair queuePair, int sendQueueDepth, Action close)
    {
        _queuePair = queuePair;
        _close = close;
        SendQueueDepth = sendQueueDepth;
        MaxInline = (int)queuePair.Capabilities.MaxInlineData;
    }

    public uint Number => _queuePair.Number;

    public int SendQueueDepth { get; }

    public int MaxInline { get; }

    [SkipLocalsInit]
    public unsafe bool Post(ReadOnlySpan<SendRequest> requests)
    {
        // The library copies requests and elements before it returns: they may live on the stack.
        SendWorkRequest* chain = stackalloc SendWorkRequest[requests.Length];
        ScatterGatherElement* elements = stackalloc ScatterGatherElement[requests.Length];
        for (int i = 0; i < requests.Length; i++)
        {
            ref readonly SendRequest from = ref requests[i];
            elements[i] = new ScatterGatherElement((void*)from.Address, (uint)from.Length, from.LocalKey);
            SendWorkRequest* to = chain + i;
            to->Id = from.Id;
            to->Next = i + 1 < requests.Length ? to + 1 : null;
            to->Elements = elements + i;
            to->ElementCount = 1;
            to->Operation = (from.Flags & SendFlags.Immediate) != 0 ? SendOperation.SendWithImmediate : SendOperation.Send;
            to->Immediate = from.Immediate;
            to->Flags = ToVerbs(from.Flags);
        }

        return _queuePair.TryPostSend(chain, out _) == 0;
    }

    public void Close() => _close();

    private static VerbsSendFlags ToVerbs(SendFlags flags) =>
        ((flags & SendFlags.Signaled) != 0 ? VerbsSendFlags.Signaled : 0) |
        ((flags & SendFlags.Inline) != 0 ? VerbsSendFlags.Inline : 0) |
        ((flags & SendFlags.Solicited) != 0 ? VerbsSendFlags.Solicited : 0);
}
