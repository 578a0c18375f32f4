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
        bool binds = false;
        for (int i = 0; i < requests.Length; i++)
        {
            ref readonly SendRequest from = ref requests[i];
            SendWorkRequest* to = chain + i;
            to->Id = from.Id;
            to->Next = i + 1 < requests.Length ? to + 1 : null;
            to->Elements = elements + i;
            // A length of nothing would mean 2 GiB to some devices.
            to->ElementCount = from.Length == 0 ? 0 : 1;
            to->Flags = ToVerbs(from.Flags);
            elements[i] = new ScatterGatherElement((void*)from.Address, (uint)from.Length, from.LocalKey);
            bool hasImmediate = (from.Flags & SendFlags.Immediate) != 0;
            to->Immediate = from.Immediate;
            switch (from.Kind)
            {
                case SendKind.Send:
                    to->Operation = hasImmediate ? SendOperation.SendWithImmediate : SendOperation.Send;
                    break;
                case SendKind.Write:
                    to->Operation = hasImmediate ? SendOperation.RdmaWriteWithImmediate : SendOperation.RdmaWrite;
                    to->RemoteAddress = from.RemoteAddress;
                    to->RemoteKey = from.RemoteKey;
                    break;
                case SendKind.Bind:
                    to->ElementCount = 0;
                    to->SetBind(
                        ((VerbsWindow)from.Window!).Window, from.Window.RemoteKey, ((VerbsRegion)from.Region!).Region,
                        (void*)from.Address, (ulong)from.Length, AccessFlags.RemoteWrite);
                    binds = true;
                    break;
                case SendKind.Invalidate:
                    to->ElementCount = 0;
                    to->Operation = SendOperation.LocalInvalidate;
                    to->InvalidateKey = from.Window!.RemoteKey;
                    break;
            }
        }

        if (_queuePair.TryPostSend(chain, out _) != 0)
            return false;

        if (binds)
            SetBoundKeys(requests);

        return true;
    }

    /// <summary>The library must be told the keys of the windows after their bindings are posted, and not before.</summary>
    private static void SetBoundKeys(ReadOnlySpan<SendRequest> requests)
    {
        foreach (ref readonly SendRequest request in requests)
        {
            if (request.Kind == SendKind.Bind)
                ((VerbsWindow)request.Window!).Window.Key = request.Window.RemoteKey;
        }
    }

    public void Close() => _close();

    private static VerbsSendFlags ToVerbs(SendFlags flags) =>
        ((flags & SendFlags.Signaled) != 0 ? VerbsSendFlags.Signaled : 0) |
        ((flags & SendFlags.Inline) != 0 ? VerbsSendFlags.Inline : 0) |
        ((flags & SendFlags.Solicited) != 0 ? VerbsSendFlags.Solicited : 0);
}
