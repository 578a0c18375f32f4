using FastSockets.Transport.Fabric;

namespace FastSockets.Transport.Tests.Waiting;

/// <summary>
/// A completion queue that wakes as a device's does: once for an arming, and not for what was there before it. Its sleeps do not end by
/// time, unless told, so that a lost wake-up is the end of all progress.
/// </summary>
internal sealed class EventDevice : IFabricDevice
{
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _events = new(0);
    private readonly Queue<Completion> _completions = new();
    private bool _isArmed;

    public string Name => "event";

    public int MaxCompletions => int.MaxValue;

    public bool WindowsAreBounded => true;

    public long ReceiverNotReady => 0;

    /// <summary>Sleeps that have begun.</summary>
    public int Sleeps { get; private set; }

    /// <summary>Sleeps that no completion could end when they began.</summary>
    public int SleepsUnarmed { get; private set; }

    /// <summary>Sleeps up to so many milliseconds do end by time.</summary>
    public int LongestTimed { get; set; } = -1;

    public void Complete(ulong id)
    {
        lock (_lock)
        {
            _completions.Enqueue(new Completion { Id = id });
            if (_isArmed)
                _events.Release();

            _isArmed = false;
        }
    }

    public int Poll(Span<Completion> completions)
    {
        lock (_lock)
        {
            int count = 0;
            while (count < completions.Length && _completions.TryDequeue(out completions[count]))
                count++;

            return count;
        }
    }

    public void Arm(bool solicitedOnly)
    {
        lock (_lock)
            _isArmed = true;
    }

    public void Sleep(int timeout)
    {
        lock (_lock)
        {
            Sleeps++;
            if (!_isArmed && _events.CurrentCount == 0)
                SleepsUnarmed++;
        }

        _events.Wait(timeout <= LongestTimed ? timeout : Timeout.Infinite);
    }

    public void Kick() => _events.Release();

    public bool TryHold(int completions) => true;

    public IRegisteredMemory Register(nint address, int length, RegisteredFor use) => throw new IOException();

    public IMemoryWindow? TryCreateWindow() => null;

    public void PostReceive(ulong id, nint address, int length, uint key)
    {
    }

    public void Dispose() => _events.Dispose();
}
