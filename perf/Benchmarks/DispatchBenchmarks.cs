using BenchmarkDotNet.Attributes;
using FastSockets.Benchmarks.Loop;

namespace FastSockets.Benchmarks;

/// <summary>Messages through the protocol of both ends: sent, dispatched from a batch of completions, received, credits returned.</summary>
public class DispatchBenchmarks
{
    private const int Batch = 16;

    private readonly byte[] _message = GC.AllocateArray<byte>(4096, pinned: true);
    private LoopConnection _loop = null!;

    [Params(64, 4096)]
    public int Size { get; set; }

    [GlobalSetup]
    public void SetUp() => _loop = new LoopConnection();

    [GlobalCleanup]
    public void CleanUp() => _loop.Dispose();

    [Benchmark]
    public void OneMessage()
    {
        Send();
        _loop.FarHost.PollOnce();
        Receive();
        _loop.NearHost.PollOnce();
    }

    [Benchmark(OperationsPerInvoke = Batch)]
    public void MessagesInABatch()
    {
        for (int i = 0; i < Batch; i++)
            Send();
        // So many at once are bundled in part, and that waits for its turn.
        _loop.NearHost.PollOnce();
        _loop.FarHost.PollOnce();
        for (int i = 0; i < Batch; i++)
            Receive();
        _loop.NearHost.PollOnce();
    }

    private void Send()
    {
        if (_loop.Near.TrySend(_message.AsSpan(0, Size)) != Size)
            throw new InvalidOperationException("The peer takes no more.");
    }

    private void Receive()
    {
        if (_loop.Far.TryReceive(_message.AsSpan(0, Size)) != Size)
            throw new InvalidOperationException("The message has not come.");
    }
}
