using System.Net;
using FastSockets.Transport.Protocol;
using RdmaSharp;

namespace FastSockets.Integration.Tests.Hostile;

/// <summary>
/// A peer on raw verbs: it connects or accepts by the RDMA CM with any private data, posts any work request, and keeps no
/// rule. It never raises the count of credits that its hello granted. For one thread.
/// </summary>
internal sealed unsafe class HostilePeer : IDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private const int SlabSize = 4096;
    private const int Depth = 1024;
    private const int SendBytes = 1 << 19;

    private readonly CmEventChannel _channel;
    private readonly CmId _id;
    private readonly ProtectionDomain _domain;
    private readonly CompletionQueue _completions;
    private readonly MemoryRegion _received;
    private readonly MemoryRegion _sent;
    private readonly QueuePair _pair;
    private readonly Queue<HostileMessage> _messages = new();
    private readonly Queue<WorkCompletion> _sends = new();
    private int _sendOffset;
    private int _outstanding;
    private bool _hasEnded;

    private HostilePeer(CmEventChannel channel, CmId id, int receives)
    {
        _channel = channel;
        _id = id;
        RdmaContext context = id.Context!;
        _domain = context.AllocateProtectionDomain();
        _completions = context.CreateCompletionQueue(2 * Depth);
        _pair = id.CreateQueuePair(_domain, new QueuePairOptions
        {
            SendCompletionQueue = _completions,
            ReceiveCompletionQueue = _completions,
            Capabilities = new QueuePairCapabilities
            {
                MaxSendRequests = Depth,
                MaxReceiveRequests = (uint)Math.Max(receives, 1),
                MaxSendElements = 1,
                MaxReceiveElements = 1,
            },
        });
        _received = _domain.Allocate((nuint)(Math.Max(receives, 1) * SlabSize), AccessFlags.LocalWrite);
        _sent = _domain.Allocate(SendBytes, AccessFlags.LocalWrite);
        for (int slab = 0; slab < receives; slab++)
            PostReceive(slab);
    }

    /// <summary>A hello that an honest peer would say, but for what the caller changes.</summary>
    public static Hello Greeting { get; } = new(
        SlabSize, Credits: 512, SourcePort: 4242, Process: 0xBAD0BAD0BAD0BAD0, new ConnectionId(7, 3), Window: 64 * 1024);

    /// <summary>What the victim said to the request: an Established event, or a Rejected one.</summary>
    public CmEvent? Answer { get; private set; }

    /// <summary>The peer's hello; meaningless if it refused.</summary>
    public Hello Hello { get; private set; }

    /// <summary>The count of credits granted that is told with every message; as in the hello until it is raised.</summary>
    public uint Granted { get; set; }

    /// <summary>This peer as its victim's log names it.</summary>
    public IPEndPoint EndPoint { get; private init; } = null!;

    /// <summary>Asks for a link and waits for the answer.</summary>
    public static HostilePeer Connect(IPEndPoint remote, in Hello hello, int? receives = null) =>
        Connect(remote, Bytes(hello), hello.Credits, receives);

    /// <inheritdoc cref="Connect(IPEndPoint, in Hello, int?)"/>
    public static HostilePeer Connect(
        IPEndPoint remote, ReadOnlySpan<byte> privateData, int credits = 512, int? receives = null)
    {
        HostilePeer peer = Ask(remote, privateData, credits, receives);
        peer.Answer = peer.Await(CmEventType.Established, CmEventType.Rejected, CmEventType.ConnectError, CmEventType.Unreachable);
        if (peer.Answer.Type == CmEventType.Established && Hello.TryRead(peer.Answer.PrivateData, out Hello hello) == RefuseReason.None)
            peer.Hello = hello;

        return peer;
    }

    /// <summary>Asks for a link and takes no notice of the answer: the handshake stays incomplete.</summary>
    public static HostilePeer Ask(
        IPEndPoint remote, ReadOnlySpan<byte> privateData, int credits = 512, int? receives = null)
    {
        var channel = new CmEventChannel();
        CmId id = channel.CreateId();
        id.ResolveAddress(remote, Patience);
        Await(channel, CmEventType.AddressResolved);
        id.ResolveRoute(Patience);
        Await(channel, CmEventType.RouteResolved);
        var peer = new HostilePeer(channel, id, receives ?? credits) { Granted = (uint)credits, EndPoint = id.LocalEndPoint! };
        id.Connect(ConnectionParameters.Default, privateData);
        return peer;
    }

    /// <summary>Accepts a request with this reply.</summary>
    public static HostilePeer Accept(CmEvent request, ReadOnlySpan<byte> reply, int credits = 512)
    {
        var channel = new CmEventChannel();
        request.Id.Migrate(channel);
        var peer = new HostilePeer(channel, request.Id, credits)
        {
            Granted = (uint)credits,
            EndPoint = request.Id.LocalEndPoint!,
        };
        if (Hello.TryRead(request.PrivateData, out Hello hello) == RefuseReason.None)
            peer.Hello = hello;

        request.Id.Accept(ConnectionParameters.Default, reply);
        return peer;
    }

    public static byte[] Bytes(in Hello hello)
    {
        byte[] bytes = new byte[Hello.Size];
        hello.Write(bytes);
        return bytes;
    }

    /// <summary>One SEND, with or without immediate.</summary>
    public void Send(ReadOnlySpan<byte> message, uint? immediate = null) => Post(message, new SendWorkRequest
    {
        Operation = immediate is null ? SendOperation.Send : SendOperation.SendWithImmediate,
        Immediate = immediate ?? 0,
    });

    /// <summary>Payload for the connection of this index at the victim.</summary>
    public void SendData(ReadOnlySpan<byte> payload, uint index) => Send(payload, new Immediate(index, Granted).Value);

    /// <summary>A well-formed control message.</summary>
    public void SendControl(params ReadOnlySpan<ControlEntry> entries) => Send(Control(entries));

    public byte[] Control(params ReadOnlySpan<ControlEntry> entries)
    {
        byte[] message = new byte[ControlMessage.HeaderSize + entries.Length * ControlMessage.MaxEntrySize];
        int length = ControlMessage.HeaderSize;
        foreach (ControlEntry entry in entries)
            length += ControlMessage.WriteEntry(message.AsSpan(length), entry);

        ControlMessage.WriteHeader(message.AsSpan(0, length), Granted);
        return message[..length];
    }

    /// <summary>Any work request, with a copy of <paramref name="payload"/> as its local memory. Nothing once the link has ended.</summary>
    public void Post(ReadOnlySpan<byte> payload, SendWorkRequest request)
    {
        // Once the link has ended nothing need complete any more.
        while (_outstanding >= Depth && !HasEnded)
            Poll();

        if (HasEnded)
            return;

        if (_sendOffset + payload.Length > SendBytes)
            _sendOffset = 0;

        payload.CopyTo(_sent.Span[_sendOffset..]);
        ScatterGatherElement element = _sent.Element((nuint)_sendOffset, (uint)payload.Length);
        _sendOffset += payload.Length;
        request.Id = Depth;
        request.Flags |= SendFlags.Signaled | SendFlags.Solicited;
        request.Elements = &element;
        request.ElementCount = payload.IsEmpty ? 0 : 1;
        if (_pair.TryPostSend(&request, out _) == 0)
            _outstanding++;
    }

    /// <summary>How the oldest request whose end was not asked for yet has ended.</summary>
    public WorkCompletionStatus AwaitSend()
    {
        WaitUntil(() => _sends.Count > 0, "a send has ended");
        return _sends.Dequeue().Status;
    }

    /// <summary>The next entry of this kind that the victim sends; what comes before it is dropped.</summary>
    public ControlEntry AwaitControl(ControlKind kind)
    {
        while (true)
        {
            WaitUntil(() => _messages.Count > 0, $"the victim has sent {kind}");
            HostileMessage message = _messages.Dequeue();
            if (message.Immediate is not null)
                continue;

            ReadOnlySpan<byte> rest = message.Bytes.AsSpan(ControlMessage.HeaderSize);
            while (ControlMessage.TryReadEntry(ref rest, out ControlEntry entry))
            {
                if (entry.Kind == kind)
                    return entry;
            }
        }
    }

    /// <summary>The next data message.</summary>
    public HostileMessage AwaitData()
    {
        while (true)
        {
            WaitUntil(() => _messages.Count > 0, "the victim has sent data");
            HostileMessage message = _messages.Dequeue();
            if (message.Immediate is not null)
                return message;
        }
    }

    /// <summary>Whether the link is known to have ended at this side.</summary>
    public bool HasEnded
    {
        get
        {
            while (!_hasEnded && _channel.TryGetEvent(out CmEvent? happened))
                _hasEnded = happened.Id == _id && happened.Type is CmEventType.Disconnected or CmEventType.Rejected or CmEventType.TimewaitExit;

            return _hasEnded;
        }
    }

    /// <summary>Waits until the victim has ended the link.</summary>
    public void AwaitEnd() => WaitUntil(() => HasEnded, "the victim has ended the link");

    public void Dispose()
    {
        _id.Dispose();
        _completions.Dispose();
        _received.Dispose();
        _sent.Dispose();
        _domain.Dispose();
        _channel.Dispose();
    }

    internal static CmEvent Await(CmEventChannel channel, params ReadOnlySpan<CmEventType> types)
    {
        CmEvent? happened;
        while (!channel.TryGetEvent(out happened))
            Assert.True(channel.Wait(Patience), $"no {types[0]} came");

        Assert.True(types.Contains(happened.Type), $"{happened} came, not {types[0]}");
        return happened;
    }

    private CmEvent Await(params ReadOnlySpan<CmEventType> types) => Await(_channel, types);

    private void WaitUntil(Func<bool> condition, string what)
    {
        long deadline = Environment.TickCount64 + (long)Patience.TotalMilliseconds;
        while (!condition())
        {
            Assert.True(Environment.TickCount64 < deadline, $"not within {Patience}: {what}");
            Poll();
        }
    }

    private void Poll()
    {
        WorkCompletion completion = default;
        if (_completions.Poll(new Span<WorkCompletion>(ref completion)) == 0)
        {
            Thread.Sleep(1);
            return;
        }

        bool isSend = completion.Id == Depth;
        if (isSend)
        {
            _outstanding--;
            _sends.Enqueue(completion);
        }
        else if (completion.Status == WorkCompletionStatus.Success)
        {
            int slab = (int)completion.Id;
            _messages.Enqueue(new HostileMessage(
                _received.Span.Slice(slab * SlabSize, (int)completion.Length).ToArray(),
                completion.Flags.HasFlag(WorkCompletionFlags.WithImmediate) ? completion.Immediate : null));
        }
    }

    private void PostReceive(int slab)
    {
        ScatterGatherElement element = _received.Element((nuint)(slab * SlabSize), SlabSize);
        var request = new ReceiveWorkRequest { Id = (ulong)slab, Elements = &element, ElementCount = 1 };
        _pair.PostReceive(&request);
    }
}

/// <summary>What the victim sent.</summary>
internal sealed record HostileMessage(byte[] Bytes, uint? Immediate);
