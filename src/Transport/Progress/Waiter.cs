using FastSockets.Transport.Fabric;

namespace FastSockets.Transport.Progress;

/// <summary>How one thread sleeps until it is woken, with no wake-up for a thread that is not asleep.</summary>
/// <remarks>A wake may be spurious: the sleeper looks again at what it waits for.</remarks>
internal sealed class Waiter
{
    private const int Running = 0;
    private const int Parked = 1;
    private const int OnDevice = 2;
    private const int Woken = 3;

    [ThreadStatic]
    private static Waiter? t_current;

    private readonly object _gate = new();
    private int _state;
    private IFabricDevice? _device;

    /// <summary>The calling thread's waiter.</summary>
    public static Waiter Current => t_current ??= new Waiter();

    /// <summary>Makes this the calling thread's waiter.</summary>
    public void Attach() => t_current = this;

    public void Wake()
    {
        // A thread that completes its own wait, while it polls, needs no telling.
        if (ReferenceEquals(this, t_current))
            return;

        switch (Interlocked.Exchange(ref _state, Woken))
        {
            case Parked:
                lock (_gate)
                    Monitor.Pulse(_gate);
                break;
            case OnDevice:
                Volatile.Read(ref _device)?.Kick();
                break;
        }
    }

    /// <summary>Sleeps until woken, or for <paramref name="timeout"/> milliseconds (-1: for ever).</summary>
    public void Park(int timeout)
    {
        lock (_gate)
        {
            if (Interlocked.CompareExchange(ref _state, Parked, Running) == Running)
                Monitor.Wait(_gate, timeout);

            Volatile.Write(ref _state, Running);
        }
    }

    /// <summary>Sleeps on the device's completions as well.</summary>
    public void SleepOn(IFabricDevice device, int timeout)
    {
        Volatile.Write(ref _device, device);
        if (Interlocked.CompareExchange(ref _state, OnDevice, Running) == Running)
            device.Sleep(timeout);

        Volatile.Write(ref _state, Running);
    }
}
