using BenchmarkDotNet.Attributes;
using FastSockets.Benchmarks.Loop;
using FastSockets.Transport.Fabric;
using FastSockets.Transport.Protocol;

namespace FastSockets.Benchmarks;

/// <summary>Slabs taken and given back, and the ring of sends that holds them until they have completed.</summary>
public class SlabBenchmarks
{
    private const int SlabSize = 16 * 1024;

    private readonly LoopDevice _device = new();
    private SendSlabs _sends = null!;
    private ReceiveSlabs _receives = null!;
    private SendRing _ring = null!;

    [GlobalSetup]
    public void SetUp()
    {
        _sends = new SendSlabs(_device, SlabSize, 64);
        _receives = new ReceiveSlabs(_device, SlabSize, 64);
        _receives.TryGrant(64);
        _ring = new SendRing(new LoopQueuePair(_device, new LoopDevice(), 1), _sends);
    }

    [GlobalCleanup]
    public void CleanUp()
    {
        _sends.Dispose();
        _receives.Dispose();
    }

    [Benchmark]
    public int RentAndReturn()
    {
        _sends.TryRent(leave: 0, out int slab);
        _sends.Return(slab);
        return slab;
    }

    [Benchmark]
    public void PostReceive() => _receives.Post(0);

    /// <summary>Staged into a slab, posted signalled, completed.</summary>
    [Benchmark]
    public bool StageAndComplete()
    {
        if (!_ring.TryStage(64, out nint address, out uint key, out int ownSlab))
            return false;
        var request = new SendRequest
        {
            Kind = SendKind.Send, Flags = SendFlags.Signaled, Address = address, Length = 64, LocalKey = key,
        };
        bool isTaken = _ring.Add(request, ownSlab) && _ring.Flush();
        return isTaken && _ring.TryComplete(Completion.SendBit | (_ring.Posted - 1), succeeded: true);
    }
}
