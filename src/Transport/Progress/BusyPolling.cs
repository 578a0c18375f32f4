using System.Diagnostics;

namespace FastSockets.Transport.Progress;

/// <summary>
/// Whether a thread of the pool that came to run what ended polls for more before it goes back to the pool: the poller. The next message then
/// wakes nobody, neither the engine's thread nor one of the pool, as a blocking caller that spins is woken by nobody.
/// </summary>
/// <remarks>
/// One thread at a time. While it runs continuations nobody waits for the device, so they must be short. Whenever one took much longer
/// than the wake-ups that are spared, or nothing came within the budget, it did not pay; if that was so too often, so many work items are
/// run without a poller before it is tried again.
/// </remarks>
internal sealed class BusyPolling
{
    /// <summary>Milliseconds within which a poller that has its processor runs a continuation, or looks at the clock.</summary>
    public const int Period = 2;

    private const int MostSkips = 31;

    /// <summary>
    /// How often more it may not pay than pay before it is skipped. Both ends must poll for either's polling to pay best: one thread that
    /// lost its processor for a moment must not end that.
    /// </summary>
    private const int MostTrust = 16;

    /// <summary>A message wakes two threads here, where it wakes one for a caller that blocks.</summary>
    private const int WakeUps = 2;

    /// <summary>Budgets that a continuation may take.</summary>
    private const int LongContinuation = 4;

    /// <summary>What one that takes longer costs of the trust that one message gains.</summary>
    private const int LongCosts = 2;

    /// <summary>Periods that a continuation may take, however large the budget: its thread has been found stuck then.</summary>
    private const int LongestPeriods = 3;

    private static readonly long s_period = Period * Stopwatch.Frequency / 1000;

    /// <summary>However long a blocking caller may poll, the pool has other work.</summary>
    private static readonly TimeSpan s_mostSpin = TimeSpan.FromMilliseconds(15) / WakeUps;

    private long _spin;

    // The poller's own: that of the waits whose continuations it runs. What these begin may have another.
    private long _budget;
    private int _isOn;
    private int _skips;
    private int _backoff;
    private int _trust = MostTrust;
    private bool _wasLong;
    private uint _turns;

    // Of the engine's looks at the poller: what it saw of the turns when it last judged, and when.
    private uint _turnsSeen;
    private long _judged;
    private volatile bool _isStuck;

    /// <summary>A thread of the pool runs continuations, and polls or has the device armed after them. Not one that is stuck.</summary>
    public bool IsOn => Volatile.Read(ref _isOn) != 0 && !_isStuck;

    /// <param name="spin">
    /// How long the last who waits would poll if he blocked: each connection has its own, and who waits for its next message mostly came
    /// last. Zero: there is no poller.
    /// </param>
    public void GoBy(TimeSpan spin)
    {
        long ticks = spin < TimeSpan.Zero || spin > s_mostSpin ? s_mostSpin.Ticks : spin.Ticks;
        if (Volatile.Read(ref _spin) != ticks)
            Volatile.Write(ref _spin, ticks);
    }

    /// <summary>For the poller, about to poll.</summary>
    /// <returns>How long, in ticks of <see cref="Stopwatch"/>. Zero: not at all, which says nothing of whether it pays.</returns>
    public long TakeBudget() => _budget = Budget;

    private long Budget => WakeUps * Volatile.Read(ref _spin) * (Stopwatch.Frequency / TimeSpan.TicksPerSecond);

    /// <summary>This thread becomes the poller, until <see cref="End"/>.</summary>
    public bool TryBegin()
    {
        long budget = Budget;
        if (budget == 0 || Volatile.Read(ref _isOn) != 0)
            return false;

        if (Volatile.Read(ref _skips) > 0)
        {
            // Two at once may make it less than nothing.
            Interlocked.Decrement(ref _skips);
            return false;
        }

        if (Interlocked.CompareExchange(ref _isOn, 1, 0) != 0)
            return false;

        _budget = budget;
        _wasLong = false;
        Moved();
        return true;
    }

    /// <summary>A full fence: who leaves the device to this thread sees that it has gone, or is seen by it.</summary>
    public void End() => Interlocked.Exchange(ref _isOn, 0);

    /// <summary>The poller has run a continuation, for so many ticks.</summary>
    public void Ran(long ticks)
    {
        _wasLong = _budget > 0 && ticks > Math.Min(LongContinuation * _budget, LongestPeriods * s_period);
        Moved();
        if (_wasLong)
            DidNotPay(LongCosts);
    }

    /// <summary>The poller has its processor.</summary>
    public void Moved()
    {
        Volatile.Write(ref _turns, _turns + 1);
        _isStuck = false;
    }

    /// <summary>Something has been found.</summary>
    public void Paid()
    {
        // It had come long before, and was held up.
        if (_wasLong)
            return;

        if (_trust < MostTrust)
            _trust++;
        else
            _backoff = 0;
    }

    /// <param name="cost">Of what was gained.</param>
    public void DidNotPay(int cost = 1)
    {
        if (_trust >= cost)
        {
            _trust -= cost;
            return;
        }

        _trust = 0;
        _backoff = Math.Min((2 * _backoff) + 1, MostSkips);
        Volatile.Write(ref _skips, _backoff);
    }

    /// <summary>
    /// For the engine's thread, about to sleep: whether there is a poller, or likely to be one before long. One that has not moved in
    /// a period is stuck until it moves.
    /// </summary>
    public bool IsLikely()
    {
        if (Volatile.Read(ref _isOn) == 0)
            return Volatile.Read(ref _skips) <= 0 && Volatile.Read(ref _spin) > 0;

        // Not the clock of ticks, which moves by several milliseconds at once.
        long now = Stopwatch.GetTimestamp();
        if (now - _judged >= s_period)
        {
            uint turns = Volatile.Read(ref _turns);
            if (turns == _turnsSeen)
                _isStuck = true;

            _turnsSeen = turns;
            _judged = now;
        }

        return IsOn;
    }
}
