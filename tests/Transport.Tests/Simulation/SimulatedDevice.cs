using FastSockets.Transport.Fabric;

namespace FastSockets.Transport.Tests.Simulation;

/// <summary>
/// One end's device: a shared receive queue and a completion queue in the hands of the simulation, and the memory that peers
/// may write.
/// </summary>
internal sealed unsafe class SimulatedDevice(bool hasWindows, bool windowsAreBounded, Func<bool> mayRegister) : IFabricDevice
{
    private readonly Queue<(ulong Id, nint Address, int Length)> _receives = new();
    private readonly Queue<Completion> _completions = new();
    private readonly Dictionary<uint, (nint Address, int Length)> _exposed = [];
    private uint _nextKey = 1;

    public string Name => "simulated";

    public int MaxCompletions => 1 << 20;

    public bool WindowsAreBounded => windowsAreBounded;

    public long ReceiverNotReady => 0;

    public int PostedReceives => _receives.Count;

    public int CompletionCount => _completions.Count;

    public bool TryHold(int completions) => completions <= MaxCompletions;

    /// <summary>Ranges that a peer could write now.</summary>
    public int ExposedCount => _exposed.Count;

    public IRegisteredMemory Register(nint address, int length, RegisteredFor use)
    {
        if (!mayRegister())
            throw new IOException("the simulated device registers no more");

        var region = new Region(this, _nextKey++, address, length);
        if (use == RegisteredFor.RemoteWrites)
            _exposed.Add(region.RemoteKey, (address, length));

        return region;
    }

    public IMemoryWindow? TryCreateWindow() => hasWindows && mayRegister() ? new Window(this) : null;

    public void PostReceive(ulong id, nint address, int length, uint key) => _receives.Enqueue((id, address, length));

    public bool TryTakeReceive(out (ulong Id, nint Address, int Length) receive) => _receives.TryDequeue(out receive);

    public void Complete(in Completion completion) => _completions.Enqueue(completion);

    /// <summary>False: the window or its region is gone.</summary>
    public bool TryBind(in SendRequest request)
    {
        var region = (Region)request.Region!;
        if (region.IsDisposed || ((Window)request.Window!).IsDisposed)
            return false;

        if (request.Address < region.Address ||
            request.Address + request.Length > region.Address + region.Length)
            throw new InvalidOperationException("a window was bound outside its region");

        if (!windowsAreBounded && request.Length != region.Length)
            throw new InvalidOperationException("more was lent than the receive's own memory");

        _exposed.Add(request.Window.RemoteKey, (request.Address, request.Length));
        return true;
    }

    public void Invalidate(in SendRequest request)
    {
        if (!_exposed.Remove(request.Window!.RemoteKey))
            throw new InvalidOperationException("a window was invalidated that is not bound");
    }

    /// <summary>A peer's write. False: its key is not valid (any more), or it reaches beyond what was lent.</summary>
    public bool TryWrite(uint key, ulong address, ReadOnlySpan<byte> data)
    {
        if (data.IsEmpty)
            return true;

        if (!_exposed.TryGetValue(key, out (nint Address, int Length) range) || (nint)address < range.Address ||
            (nint)address + data.Length > range.Address + range.Length)
            return false;

        data.CopyTo(new Span<byte>((void*)address, data.Length));
        return true;
    }

    public bool IsExposed(nint address, int length) =>
        _exposed.Values.Any(range => address < range.Address + range.Length && range.Address < address + length);

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

    private sealed class Region(SimulatedDevice device, uint key, nint address, int length) : IRegisteredMemory
    {
        public nint Address => address;

        public int Length => length;

        public bool IsDisposed { get; private set; }

        public uint LocalKey => key;

        public uint RemoteKey => key;

        public void Dispose()
        {
            IsDisposed = true;
            device._exposed.Remove(key);
        }
    }

    private sealed class Window(SimulatedDevice device) : IMemoryWindow
    {
        public uint RemoteKey { get; private set; }

        public void Renew() => RemoteKey = device._nextKey++;

        public bool IsDisposed { get; private set; }

        public void Dispose()
        {
            IsDisposed = true;
            device._exposed.Remove(RemoteKey);
        }
    }
}
