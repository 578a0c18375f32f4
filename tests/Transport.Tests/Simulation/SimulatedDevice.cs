using FastSockets.Transport.Fabric;

namespace FastSockets.Transport.Tests.Simulation;

/// <summary>One end's device: a shared receive queue and a completion queue, in the hands of the simulation.</summary>
internal sealed class SimulatedDevice : IFabricDevice
{
    private readonly Queue<(ulong Id, nint Address, int Length)> _receives = new();
    private readonly Queue<Completion> _completions = new();

    public string Name => "simulated";

    public int MaxCompletions => 1 << 20;

    public int PostedReceives => _receives.Count;

    public bool HasCompletions => _completions.Count > 0;

    public bool TryHold(int completions) => completions <= MaxCompletions;

    public IRegisteredMemory Register(nint address, int length) => new Region();

    public void PostReceive(ulong id, nint address, int length, uint key) => _receives.Enqueue((id, address, length));

    public bool TryTakeReceive(out (ulong Id, nint Address, int Length) receive) => _receives.TryDequeue(out receive);

    public void Complete(in Completion completion) => _completions.Enqueue(completion);

    public int Poll(Span<Completion> completions)
    {
        int count = 0;
        while (count < completions.Length && _completions.TryDequeue(out completions[count]))
            count++;

        return count;
    }

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

        public void Dispose()
        {
        }
    }
}
