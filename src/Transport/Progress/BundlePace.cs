using System.Diagnostics;

namespace FastSockets.Transport.Progress;

/// <summary>How long bundles are left to grow before the engine's thread comes to post them again.</summary>
/// <remarks>
/// Posting may take as long as many sends: Soft-RoCE does the device's work in it, and the peer's if that is on this machine. Who posts at once
/// whatever has come together meanwhile takes the processors from those who send and receive, for small bundles, each of which costs the
/// receiver as much as a large one. So this thread posts for a part of the time only. Where posting is quick that is shorter than any sleep, and it does not
/// sleep.
/// </remarks>
internal sealed class BundlePace
{
    /// <summary>Times as long as it has posted the thread leaves the processors to others.</summary>
    private const int Share = 4;

    /// <summary>Of what was measured before, the part by which it may be exceeded: who lost his processor on the way measures much more.</summary>
    private const int SlowRise = 8;

    /// <summary>Enough for a sender to go on, and hardly more than a wake-up takes.</summary>
    private static readonly TimeSpan s_senderTurn = TimeSpan.FromMicroseconds(20);

    /// <summary>What is sent waits no longer, with however many links.</summary>
    private static readonly TimeSpan s_longest = TimeSpan.FromMilliseconds(1);

    // Of one bundle, when nothing comes between; in ticks of Stopwatch.
    private long _posting;

    /// <param name="bundles">That have been posted in this turn.</param>
    /// <param name="ticks">What it took, by <see cref="Stopwatch"/>.</param>
    /// <returns>Zero: not at all.</returns>
    public TimeSpan PauseAfter(int bundles, long ticks)
    {
        // This thread's wake-up may have taken the processor from the sender itself, which to yield would not give back.
        if (bundles == 0)
            return s_senderTurn;

        long each = ticks / bundles;
        _posting = _posting == 0 ? each : Math.Min(each, _posting + (_posting / SlowRise) + 1);
        TimeSpan pause = Stopwatch.GetElapsedTime(0, Share * bundles * _posting);
        return pause < s_senderTurn ? TimeSpan.Zero : pause > s_longest ? s_longest : pause;
    }
}
