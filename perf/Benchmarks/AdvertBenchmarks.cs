using BenchmarkDotNet.Attributes;
using FastSockets.Transport.Protocol;

namespace FastSockets.Benchmarks;

/// <summary>A posted receive at its sender: known, used, done.</summary>
public class AdvertBenchmarks
{
    private const int ChunkSize = 16 * 1024;

    private readonly PeerAdverts _adverts = new();
    private readonly LentMemory _memory = new(4096, 1, 65536);
    private ushort _id;

    [Benchmark]
    public void AddAndUse()
    {
        if (_adverts.Add(new ControlEntry(ControlKind.Advert, default, _id++, 0, _memory), eagerSent: 0, ChunkSize) is { } wrong)
            throw new InvalidOperationException(wrong);
        while (_adverts.HasTarget(eagerSent: 0) && _adverts.Room > ChunkSize)
            _adverts.Fill(ChunkSize);
        _adverts.Finish();
    }

    [Benchmark]
    public bool AddAndRevoke()
    {
        ushort id = _id++;
        if (_adverts.Add(new ControlEntry(ControlKind.Advert, default, id, 0, _memory), eagerSent: 0, ChunkSize) is { } wrong)
            throw new InvalidOperationException(wrong);
        _adverts.Revoke(id, eagerSent: 0);
        return _adverts.TryTakeRevoked(eagerSent: 0, out _);
    }
}
