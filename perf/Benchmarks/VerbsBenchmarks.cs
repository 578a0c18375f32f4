using System.Net.Sockets;
using BenchmarkDotNet.Attributes;
using RdmaSharp;

namespace FastSockets.Benchmarks;

/// <summary>Posting and polling by RdmaSharp, between two queue pairs of one device. Needs a device: soft-roce/run.</summary>
public unsafe class VerbsBenchmarks
{
    private const uint Size = 64;
    private const byte Port = 1;

    private readonly WorkCompletion[] _completions = new WorkCompletion[16];
    private RdmaContext _context = null!;
    private ProtectionDomain _domain = null!;
    private CompletionQueue _sendQueue = null!;
    private CompletionQueue _receiveQueue = null!;
    private SharedReceiveQueue _receives = null!;
    private QueuePair _near = null!;
    private QueuePair _far = null!;
    private MemoryRegion _memory = null!;

    [GlobalSetup]
    public void SetUp()
    {
        if (!Rdma.IsSupported)
            throw new InvalidOperationException($"{Rdma.UnsupportedReason} Run this by soft-roce/run.");
        _context = RdmaDevice.GetDevices()[0].Open();
        _domain = _context.AllocateProtectionDomain();
        _sendQueue = _context.CreateCompletionQueue(64);
        _receiveQueue = _context.CreateCompletionQueue(64);
        _receives = _domain.CreateSharedReceiveQueue(64);
        _memory = _domain.Allocate(2 * Size, AccessFlags.LocalWrite);
        _near = CreatePair();
        _far = CreatePair();
        Connect(_near, _far);
        Connect(_far, _near);
    }

    [GlobalCleanup]
    public void CleanUp()
    {
        _near.Dispose();
        _far.Dispose();
        _memory.Dispose();
        _receives.Dispose();
        _receiveQueue.Dispose();
        _sendQueue.Dispose();
        _domain.Dispose();
        _context.Dispose();
    }

    [Benchmark]
    public int PollEmpty() => _receiveQueue.Poll(_completions);

    [Benchmark]
    public void Arm() => _receiveQueue.Arm();

    /// <summary>A receive posted, an inline send posted, the receive's completion polled until it is there.</summary>
    [Benchmark]
    public void PostAndPoll()
    {
        PostReceive();
        ScatterGatherElement element = _memory.Element(0, Size);
        var request = new SendWorkRequest
        {
            Elements = &element,
            ElementCount = 1,
            Operation = SendOperation.Send,
            Flags = SendFlags.Inline | SendFlags.Signaled,
        };
        _near.PostSend(&request);
        Await(_receiveQueue);
        Await(_sendQueue);
    }

    private void Await(CompletionQueue queue)
    {
        while (queue.Poll(_completions) == 0)
        {
        }
        if (_completions[0].Status != WorkCompletionStatus.Success)
            throw new IOException($"{_completions[0].Status}");
    }

    private void PostReceive()
    {
        ScatterGatherElement element = _memory.Element(Size, Size);
        var request = new ReceiveWorkRequest { Elements = &element, ElementCount = 1 };
        _receives.PostReceive(&request);
    }

    private QueuePair CreatePair() => _domain.CreateQueuePair(new QueuePairOptions
    {
        SendCompletionQueue = _sendQueue,
        ReceiveCompletionQueue = _receiveQueue,
        SharedReceiveQueue = _receives,
        Capabilities = new() { MaxSendRequests = 16, MaxSendElements = 1, MaxInlineData = Size },
    });

    private void Connect(QueuePair pair, QueuePair peer)
    {
        GidEntry gid = _context.QueryGids(Port).First(entry =>
            entry.Type == GidType.RoceV2 && entry.Gid.ToAddress().AddressFamily == AddressFamily.InterNetwork);
        var address = new AddressAttributes
        {
            IsGlobal = 1,
            Port = Port,
            Route = new() { Destination = gid.Gid, SourceGidIndex = (byte)gid.Index, HopLimit = 64 },
        };
        pair.ModifyToInit(Port, AccessFlags.LocalWrite);
        pair.ModifyToReadyToReceive(peer.Number, 0, address, PathMtu.Mtu1024);
        pair.ModifyToReadyToSend(0);
    }
}
