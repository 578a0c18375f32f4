using RdmaSharp;

namespace Rping;

/// <summary>The queue pair of a connection, a data buffer, and a message buffer for each direction.</summary>
internal sealed unsafe class Link : IDisposable
{
    private const ulong ReceiveRequest = 1;
    private const ulong SendRequest = 2;

    private readonly ProtectionDomain _domain;
    private readonly CompletionChannel _channel;
    private readonly CompletionQueue _queue;
    private readonly QueuePair _pair;
    private readonly MemoryRegion _messages;
    private bool _sent;
    private bool _received;

    internal Link(CmId id, int size)
    {
        RdmaContext context = id.Context ?? throw new InvalidOperationException("Bound to no device.");
        _domain = context.AllocateProtectionDomain();
        _channel = context.CreateCompletionChannel();
        _queue = context.CreateCompletionQueue(16, _channel);
        _pair = id.CreateQueuePair(
            _domain, new QueuePairOptions { SendCompletionQueue = _queue, ReceiveCompletionQueue = _queue });
        _messages = _domain.Allocate(2 * BufferInfo.Size, AccessFlags.LocalWrite);
        const AccessFlags remote = AccessFlags.LocalWrite | AccessFlags.RemoteRead | AccessFlags.RemoteWrite;
        Source = _domain.Allocate((nuint)size, remote);
        Sink = _domain.Allocate((nuint)size, remote);
        PostReceive();
        _queue.Arm();
    }

    /// <summary>What a client has read from it.</summary>
    internal MemoryRegion Source { get; }

    /// <summary>What a client has written into it; the server's only data buffer.</summary>
    internal MemoryRegion Sink { get; }

    /// <summary>Tells the peer about a buffer, or in the server's mouth just "go on".</summary>
    internal void SendInfo(MemoryRegion region)
    {
        new BufferInfo((ulong)region.Address, region.RemoteKey, (uint)region.Length).Write(_messages.Span);
        Carry(SendOperation.Send, _messages.Element(0, BufferInfo.Size), default);
    }

    /// <summary>Waits for the peer's message; false if the connection ended instead.</summary>
    internal bool TryReceiveInfo(out BufferInfo info)
    {
        info = default;
        while (!_received)
        {
            if (!WaitForCompletions())
                return false;
        }
        _received = false;
        info = BufferInfo.Read(_messages.Span[BufferInfo.Size..]);
        PostReceive();
        return true;
    }

    internal void Read(BufferInfo from) =>
        Carry(SendOperation.RdmaRead, Sink.Element(0, Math.Min(from.Length, (uint)Sink.Length)), from);

    internal void Write(BufferInfo to, uint length) =>
        Carry(SendOperation.RdmaWrite, Sink.Element(0, length), to);

    public void Dispose()
    {
        _pair.Dispose();
        _queue.Dispose();
        _channel.Dispose();
        _messages.Dispose();
        Source.Dispose();
        Sink.Dispose();
        _domain.Dispose();
    }

    private void Carry(SendOperation operation, ScatterGatherElement element, BufferInfo remote)
    {
        var request = new SendWorkRequest
        {
            Id = SendRequest,
            Elements = &element,
            ElementCount = 1,
            Operation = operation,
            Flags = SendFlags.Signaled,
            RemoteAddress = remote.Address,
            RemoteKey = remote.RemoteKey,
        };
        _sent = false;
        _pair.PostSend(&request);
        while (!_sent)
        {
            if (!WaitForCompletions())
                throw new IOException($"{operation} failed: the connection ended.");
        }
    }

    private void PostReceive()
    {
        ScatterGatherElement element = _messages.Element(BufferInfo.Size, BufferInfo.Size);
        var request = new ReceiveWorkRequest { Id = ReceiveRequest, Elements = &element, ElementCount = 1 };
        _pair.PostReceive(&request);
    }

    /// <summary>
    /// Takes what has completed, or sleeps until something has; false when the queue pair was flushed.
    /// </summary>
    private bool WaitForCompletions()
    {
        WorkCompletion completion = default;
        if (_queue.Poll(new Span<WorkCompletion>(ref completion)) == 0)
        {
            if (!_channel.Wait(Options.Timeout))
                throw new TimeoutException("The peer is silent.");
            while (_channel.TryGetEvent(out _))
            {
            }
            _queue.Arm();
            return true;
        }
        if (completion.Status == WorkCompletionStatus.FlushError)
            return false;
        if (completion.Status != WorkCompletionStatus.Success)
            throw new IOException($"Work request {completion.Id} failed: {completion.Status}.");
        if (completion.Id == ReceiveRequest)
            _received = true;
        else
            _sent = true;
        return true;
    }
}
