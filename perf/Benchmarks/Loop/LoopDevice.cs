using FastSockets.Transport.Fabric;

namespace FastSockets.Benchmarks.Loop;

/// <summary>A device without hardware: its receives and completions are rings of this process, and allocate nothing.</summary>
internal sealed unsafe class LoopDevice : IFabricDevice
{
    private const int Depth = 4096;

    private readonly (ulong Id, nint Address)[] _receives = new (ulong, nint)[Depth];
    private readonly Completion[] _completions = new Completion[Depth];
    private uint _posted;
    private uint _taken;
    private uint _completed;
    private uint _polled;

    public string Name => "loop";

    public int MaxCompletions => Depth;

    public bool WindowsAreBounded => true;

    public long ReceiverNotReady => 0;

    public bool TryHold(int completions) => completions <= Depth;

    public IRegisteredMemory Register(nint address, int length, RegisteredFor use) => new Region();

    public IMemoryWindow? TryCreateWindow() => null;

    public void PostReceive(ulong id, nint address, int length, uint key) => _receives[_posted++ % Depth] = (id, address);

    public int Poll(Span<Completion> completions)
    {
        int count = 0;
        while (count < completions.Length && _polled != _completed)
            completions[count++] = _completions[_polled++ % Depth];
        return count;
    }

    /// <summary>A message arrives in the next slab.</summary>
    public void Deliver(in SendRequest message, uint queuePair)
    {
        (ulong id, nint address) = _receives[_taken++ % Depth];
        new ReadOnlySpan<byte>((void*)message.Address, message.Length).CopyTo(new Span<byte>((void*)address, message.Length));
        Complete(new Completion
        {
            Id = id,
            QueuePair = queuePair,
            Length = message.Length,
            Immediate = message.Immediate,
            HasImmediate = (message.Flags & SendFlags.Immediate) != 0,
        });
    }

    public void Complete(in Completion completion) => _completions[_completed++ % Depth] = completion;

    public void Arm(bool solicitedOnly)
    {
    }

    public void Sleep(int timeout) => throw new NotSupportedException();

    public void Kick()
    {
    }

    public void Dispose()
    {
    }

    private sealed class Region : IRegisteredMemory
    {
        public uint LocalKey => 1;

        public uint RemoteKey => 1;

        public void Dispose()
        {
        }
    }
}
