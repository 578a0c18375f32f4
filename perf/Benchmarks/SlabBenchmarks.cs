using System.Runtime.CompilerServices;
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
    private readonly LoopDevice _peer = new();
    private readonly byte[] _received = GC.AllocateArray<byte>(64, pinned: true);
    private SendSlabs _sends = null!;
    private ReceiveSlabs _receives = null!;
    private SendRing _ring = null!;

    [GlobalSetup]
    public void SetUp()
    {
        _sends = new SendSlabs(_device, SlabSize, 64);
        _receives = new ReceiveSlabs(_device, SlabSize, 64);
        _receives.TryGrant(64);
        _ring = new SendRing(new LoopQueuePair(_device, _peer, 1), _sends);
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

    /// <summary>Staged into a slab, posted signalled, completed; the peer has posted a receive for it.</summary>
    [Benchmark]
    public unsafe bool StageAndComplete()
    {
        _peer.PostReceive(0, (nint)Unsafe.AsPointer(ref _received[0]), _received.Length, 0);
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
