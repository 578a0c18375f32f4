using System.Net;
using FastSockets.Transport.Fabric;
using FastSockets.Transport.Memory;
using FastSockets.Transport.Progress;
using FastSockets.Transport.Protocol;

namespace FastSockets.Transport.Tests.Simulation;

/// <summary>One end: a device, its slabs, one link, and the continuations that are due, which the simulation runs when it likes.</summary>
internal sealed class SimulatedHost : ILinkHost, IProgress, IDisposable
{
    private readonly Queue<IThreadPoolWorkItem> _continuations = new();
    private readonly Completion[] _batch = new Completion[16];

    public SimulatedHost(SimulationSettings settings, uint number, Func<bool> mayRegister, Func<bool> mayPost)
    {
        Device = new SimulatedDevice(settings.HasWindows, settings.WindowsAreBounded, mayRegister);
        Memory = new DeviceMemory(Device, settings.Thresholds);
        ReceiveSlabs = new ReceiveSlabs(Device, settings.SlabSize, settings.ReceiveSlabs);
        SendSlabs = new SendSlabs(Device, settings.SlabSize, 64);
        QueuePair = new SimulatedQueuePair(Device, number, settings.SendQueueDepth, settings.MaxInline, mayPost);
        ReceiveSlabs.TryGrant(settings.Credits);
        var address = new IPEndPoint(IPAddress.Loopback, (int)number);
        Link = new Link(this, QueuePair, settings.Credits, address, address, "simulated")
        {
            Window = settings.Window,
            MaxWindow = 4 * settings.Window,
            MaxGrant = settings.MaxCredits,
        };
        Listener = new AcceptQueue(settings.Backlog) { Progress = this };
    }

    public SimulatedDevice Device { get; }

    public SimulatedQueuePair QueuePair { get; }

    public Link Link { get; }

    public AcceptQueue Listener { get; }

    public ReceiveSlabs ReceiveSlabs { get; }

    public SendSlabs SendSlabs { get; }

    public DeviceMemory Memory { get; }

    /// <summary>The applications' memory at this end.</summary>
    public SimulatedMemory Buffers { get; } = new();

    public IProgress Progress => this;

    public int Backlog { get; private set; }

    public int Unsent { get; private set; }

    public int AsyncWaits { get; private set; }

    /// <summary>What the last asynchronous wait would have polled.</summary>
    public TimeSpan? LastSpin { get; private set; }

    public string? EndReason { get; private set; }

    public int LostConnections { get; private set; }

    public bool HasContinuations => _continuations.Count > 0;

    public bool IsStarved { get; private set; }

    public bool TryGrant(int credits)
    {
        try
        {
            return ReceiveSlabs.TryGrant(credits);
        }
        catch (IOException)
        {
            return false;
        }
    }

    public void Ungrant(int credits) => ReceiveSlabs.Ungrant(credits);

    public AcceptQueue? FindListener(Link link, ushort port) => port == 80 ? Listener : null;

    public void BacklogChanged(int delta) => Backlog += delta;

    public void UnsentChanged(int delta) => Unsent += delta;

    public void BundlingBegan(Link link) => _continuations.Enqueue(new Pumping(this));

    public void StarvedOfSlabs(Link link) => IsStarved = true;

    public void LinkEnded(Link link, string reason, int lost) => (EndReason, LostConnections) = (reason, lost);

    public void AsyncStarted(TimeSpan? spin)
    {
        AsyncWaits++;
        LastSpin = spin;
    }

    public void AsyncEnded(IThreadPoolWorkItem? ended)
    {
        AsyncWaits--;
        if (ended is not null)
            _continuations.Enqueue(ended);
    }

    public void PollOnce()
    {
    }

    public bool Wait(Operation operation, TimeSpan spin, int timeout) => throw new NotSupportedException();

    public unsafe bool IsExposed(Memory<byte> memory)
    {
        using System.Buffers.MemoryHandle pin = memory.Pin();
        return Device.IsExposed((nint)pin.Pointer, memory.Length);
    }

    public override string ToString() =>
        $"{QueuePair} completions {Device.CompletionCount} continuations {_continuations.Count} exposed {Device.ExposedCount}";

    public void Tick(long now, long sendPatience = long.MaxValue)
    {
        Link.Enter();
        if (!Link.HasEnded)
            Link.OnTick(now, patience: long.MaxValue, sendPatience);

        Link.Exit();
    }

    public void RunContinuation() => _continuations.Dequeue().Execute();

    /// <summary>Takes up to <paramref name="count"/> completions, as one batch.</summary>
    public void Reap(int count)
    {
        Link.Enter();
        int taken = Device.Poll(_batch.AsSpan(0, Math.Min(count, _batch.Length)));
        foreach (ref readonly Completion completion in _batch.AsSpan(0, taken))
        {
            if (completion.IsSend)
                Link.OnSendCompleted(completion.Id, completion.Status);
            else if (completion.Status == 0)
                Link.OnReceived(completion);
            else
                Link.OnReceiveFailed((int)completion.Id, completion.Status);
        }

        Link.Exit();
        if (IsStarved)
        {
            IsStarved = false;
            Link.Enter();
            Link.Exit();
        }
    }

    /// <summary>A turn of the engine's thread.</summary>
    private sealed class Pumping(SimulatedHost host) : IThreadPoolWorkItem
    {
        public void Execute()
        {
            if (host.Link.PumpBundle() != BundleTurn.Over)
                host._continuations.Enqueue(this);
        }
    }

    public void Dispose()
    {
        ReceiveSlabs.Dispose();
        SendSlabs.Dispose();
        Memory.Dispose();
        Buffers.Dispose();
    }
}

/// <summary>The sizes of one run; small ones, so that every bound is met often.</summary>
internal sealed record SimulationSettings(
    int SlabSize, int Credits, int MaxCredits, int ReceiveSlabs, int Window, int SendQueueDepth, int MaxInline, int Backlog,
    bool HasWindows, bool WindowsAreBounded, MemoryThresholds Thresholds);
