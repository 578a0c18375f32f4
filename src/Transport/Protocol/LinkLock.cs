using System.Runtime.CompilerServices;

namespace FastSockets.Transport.Protocol;

/// <summary>
/// The lock of a link: held for some hundred instructions, taken several times for each message, and mostly free. Not recursive:
/// who takes it twice waits for ever.
/// </summary>
/// <remarks>
/// A third of <see cref="Lock"/>'s price, since it does not ask for the thread's number. Three states, as in Drepper's "Futexes are
/// tricky": with <see cref="Awaited"/> somebody may sleep, and who frees the lock wakes one; who has slept takes it as awaited, as there
/// may be others.
/// </remarks>
internal sealed class LinkLock
{
    private const int Free = 0;
    private const int Held = 1;
    private const int Awaited = 2;

    /// <summary>Tries before a thread sleeps: the holder hardly ever takes longer, unless it lacks a processor.</summary>
    private const int Tries = 10;

    private const int SpinsPerTry = 20;

    private static readonly bool s_maySpin = Environment.ProcessorCount > 1;

    // Made when two threads meet for the first time. A finalizer closes it: threads may still be on their way out of a link that has ended.
    private AutoResetEvent? _freed;
    private int _state;

    /// <summary>
    /// Takes the lock. <see cref="Thread.Interrupt"/> does not end the wait, but the next wait after it: who comes here may have memory
    /// in the device's hands.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Enter()
    {
        if (Interlocked.CompareExchange(ref _state, Held, Free) != Free)
            AwaitTurn();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Exit()
    {
        if (Interlocked.Exchange(ref _state, Free) == Awaited)
            // Who marked it had made the event before.
            _freed!.Set();
    }

    private void AwaitTurn()
    {
        for (int tries = s_maySpin ? Tries : 0; tries > 0; tries--)
        {
            Thread.SpinWait(SpinsPerTry);
            if (Volatile.Read(ref _state) == Free && Interlocked.CompareExchange(ref _state, Held, Free) == Free)
                return;
        }

        AutoResetEvent freed = LazyInitializer.EnsureInitialized(ref _freed, static () => new AutoResetEvent(false));
        // Freed between the mark and the wait, the event is set already; set for one who needed it no more, it only costs a turn.
        bool wasInterrupted = false;
        while (Interlocked.Exchange(ref _state, Awaited) != Free)
        {
            try
            {
                freed.WaitOne();
            }
            catch (ThreadInterruptedException)
            {
                wasInterrupted = true;
            }
        }

        if (wasInterrupted)
            Thread.CurrentThread.Interrupt();
    }
}
