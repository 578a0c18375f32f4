using BenchmarkDotNet.Attributes;
using FastSockets.Transport.Protocol;

namespace FastSockets.Benchmarks;

/// <summary>What each message adds to its bytes: credits, its immediate, and control entries.</summary>
public class CreditBenchmarks
{
    private readonly byte[] _message = new byte[ControlMessage.MaxSize];
    private LinkCredits _near = new(64);
    private LinkCredits _far = new(64);

    [GlobalSetup]
    public void SetUp() => _near.TryRaiseLimit(64);

    /// <summary>A message goes, its slab is posted again, and the credit comes back in the next one's immediate.</summary>
    [Benchmark]
    public bool SendAndReturn()
    {
        _near.Announce();
        bool isAllowed = _far.TryCountReceived();
        _far.SlabPosted();
        return isAllowed & _near.TryRaiseLimitFromImmediate(new Immediate(7, _far.Announce()).Credits);
    }

    [Benchmark]
    public bool WriteAndReadControl()
    {
        int size = ControlMessage.HeaderSize +
            ControlMessage.WriteEntry(_message.AsSpan(ControlMessage.HeaderSize), new ControlEntry(ControlKind.Window, new ConnectionId(7), Large: 65536));
        ControlMessage.WriteHeader(_message.AsSpan(0, size), 64);
        ReadOnlySpan<byte> rest = _message.AsSpan(ControlMessage.HeaderSize, size - ControlMessage.HeaderSize);
        return ControlMessage.TryReadHeader(_message.AsSpan(0, size), out _) && ControlMessage.TryReadEntry(ref rest, out _);
    }
}
