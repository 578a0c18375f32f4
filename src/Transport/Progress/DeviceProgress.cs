using System.Diagnostics;
using FastSockets.Transport.Fabric;

namespace FastSockets.Transport.Progress;

/// <summary>
/// Who polls a device, and who sleeps on it. Polling is anybody's, one at a time. One thread at a time may be the
/// sleeper: it arms the completion queue, polls once more (a completion may have come before the arming: the classic
/// lost wake-up), and sleeps. A blocking caller prefers to be the sleeper itself, so that a message wakes one thread
/// and not two; the others who block park behind it, and the engine's own thread serves asynchronous waits and the times
/// when nobody calls.
/// </summary>
/// <remarks>
/// Who is about to sleep while another thread polls does not wait for its turn: it leaves its poll to that thread (<see cref="EnsurePoll"/>).
/// <para>
/// Whoever ceases to be the sleeper while others wait wakes one of them to succeed it. While callers come and go, the
/// engine does not sleep on the device (each message would wake it beside the caller): it stands guard, looking every
/// few milliseconds, and sleeps on the device again when it finds that no caller came since the last look.
/// </para>
/// <para>
/// While asynchronous waits have ended that the thread pool has not come to yet, the engine sleeps without arming: to take more would
/// bring nobody forward, and cost a wake-up for each message when the processors are busiest. Unless somebody waits for more than the
/// pool: a caller that blocks, or a link that cannot send (<see cref="MayBeLeft"/>). Who takes the last of them out of the queue polls before he
/// runs it, and arms unless more came that may be left so (<see cref="TakeOver"/>).
/// </para>
/// <para>
/// So it does while there is a poller (<see cref="BusyPolling"/>), a thread of the pool that polls when it has run what ended: who has run
/// a continuation mostly waits for its answer. The poller arms when it goes. One that a continuation keeps from polling is found stuck by
/// the engine's thread, which looks every few milliseconds, and then there is none.
/// </para>
/// <para>
/// So the queue is armed, or somebody is on his way to poll or to arm it, unless a continuation holds the poller up; and always when somebody
/// waits for more than the pool. Who leaves it unarmed says so first and looks at the reasons then; who changes one of them does that first,
/// and then looks at that word or arms: one of them sees the other.
/// </para>
/// </remarks>
internal sealed class DeviceProgress : IProgress, IEndedWaitsOwner
{
    private const int GuardPeriod = 10;
    private const int TickPeriod = 500;
    private const int BatchSize = 64;

    // Of polling, which one thread does at a time: with the last, it is to poll once more before it goes.
    private const int Free = 0;
    private const int Held = 1;
    private const int Wanted = 2;

    /// <summary>Tries to poll beside another thread, after which the processor is offered to others between two.</summary>
    private const int BusyTries = 10;

    /// <summary>Looks of a spinning caller at the completion queue for one at the clock.</summary>
    private const int LooksPerTime = 8;

    /// <summary>Looks of the poller for one at the clock and the pool, after which the processor is offered to others.</summary>
    private const int LooksPerYield = 16;

    /// <summary>Looks at an unchanged sleeper after which the guard sleeps until it changes.</summary>
    private const int LooksUntilDeep = 8;

    private readonly IFabricDevice _device;
    private readonly ICompletionSink _sink;
    private readonly Completion[] _batch = new Completion[BatchSize];
    private readonly Waiter _engine = new();
    private readonly Lock _followersLock = new();
    private readonly List<Waiter> _followers = [];
    private readonly EndedWaits _ended;
    private readonly BusyPolling _busyPolling = new();
    private int _polling;
    private long _polls;
    private long _wakeUps;
    private Waiter? _sleeper;
    private int _sleepers;
    private volatile Watch _watch;
    private int _asyncWaits;
    private int _backlog;
    private int _unsent;
    private uint _callers;
    private bool _engineIsDeep;
    private bool _engineMustYield;
    private volatile bool _stopping;

    /// <param name="device">Who disposes of it first calls <see cref="Stop"/> and <see cref="AwaitCallers"/>.</param>
    /// <param name="sink">Where completions go.</param>
    public DeviceProgress(IFabricDevice device, ICompletionSink sink)
    {
        _device = device;
        _sink = sink;
        _ended = new EndedWaits(this);
    }

    /// <summary>Looks at the completion queue.</summary>
    public long Polls => Volatile.Read(ref _polls);

    /// <summary>Sleeps on the device that have ended.</summary>
    public long WakeUps => Volatile.Read(ref _wakeUps);

    public void AsyncStarted(TimeSpan? spin)
    {
        if (spin is { } budget)
            _busyPolling.GoBy(budget);

        Interlocked.Increment(ref _asyncWaits);
        if (Volatile.Read(ref _sleeper) is null)
            _engine.Wake();
    }

    public void AsyncEnded(IThreadPoolWorkItem? ended)
    {
        Interlocked.Decrement(ref _asyncWaits);
        if (ended is not null)
            _ended.Add(ended);
    }

    /// <summary>Links that wait for sends come and go: while there are any, every completion must wake the sleeper.</summary>
    public void BacklogChanged(int delta)
    {
        if (Interlocked.Add(ref _backlog, delta) == 1 && delta == 1 && Volatile.Read(ref _sleeper) is not null)
            _device.Arm(solicitedOnly: false);
    }

    /// <summary>Links that have something to send, and cannot, come and go: what lets them go on is taken though the thread pool is behind.</summary>
    public void UnsentChanged(int delta)
    {
        if (Interlocked.Add(ref _unsent, delta) == 1 && delta == 1 && _watch == Watch.Left)
            _engine.Wake();
    }

    public void PollOnce() => PollNow();

    /// <summary>There is something for the engine's thread to do besides completions.</summary>
    public void WakeEngine() => _engine.Wake();

    public bool Wait(Operation operation, TimeSpan spin, int timeout)
    {
        Volatile.Write(ref _callers, _callers + 1);
        if (operation.IsCompleted)
            return true;

        long start = Stopwatch.GetTimestamp();
        if (spin != TimeSpan.Zero && Spin(operation, spin, timeout, start))
            return true;

        Waiter me = Waiter.Current;
        bool followed = false;
        Interlocked.Increment(ref _sleepers);
        try
        {
            while (!operation.IsCompleted)
            {
                int left = ParkingProgress.Remaining(start, timeout);
                if (left == 0)
                    return false;

                if (TryBecomeSleeper(me))
                    SleepUntil(operation, me, timeout, start);
                else
                {
                    followed = true;
                    Follow(operation, me, left);
                }
            }

            return true;
        }
        finally
        {
            // Chosen as successor by a sleeper that has ceased, but with no need of it any more: the next one's turn.
            if (followed && Volatile.Read(ref _sleeper) is null)
                WakeSuccessor();

            Interlocked.Decrement(ref _sleepers);
        }
    }

    /// <summary>The engine thread's life.</summary>
    /// <param name="tick">Called every half second or so.</param>
    public void Run(Action tick)
    {
        // Ceasing to sleep wakes the engine for those who wait asynchronously: were it to wake itself, it would never sleep.
        _engine.Attach();
        long lastTick = Environment.TickCount64;
        uint seen = Volatile.Read(ref _callers) - 1;
        int looks = 0;
        bool poolIsBehind = false;
        while (!_stopping)
        {
            if (Environment.TickCount64 - lastTick >= TickPeriod)
            {
                lastTick = Environment.TickCount64;
                EnsurePoll();
                tick();
            }

            if (_sink.PumpBundles())
            {
                // Sends' completions make room for more, and there may be nobody else to take them.
                EnsurePoll();
                continue;
            }

            uint callers = Volatile.Read(ref _callers);
            bool mayServe = callers == seen || Volatile.Read(ref _asyncWaits) > 0;
            looks = callers == seen ? looks + 1 : 0;
            seen = callers;
            int untilTick = (int)Math.Clamp(TickPeriod - (Environment.TickCount64 - lastTick), 0, TickPeriod);
            if (mayServe && TryBecomeSleeper(_engine))
            {
                bool hasPoller = _busyPolling.IsLikely();
                bool isLeft = (poolIsBehind || hasPoller) && TryLeave();
                if (!isLeft)
                {
                    Arm();
                    EnsurePoll();
                }

                // What this thread's own poll has begun wakes nobody.
                if (!Volatile.Read(ref _engineMustYield) && !_stopping && !_sink.HasBundles)
                    SleepOn(_engine, isLeft ? Math.Min(_busyPolling.IsOn || hasPoller ? BusyPolling.Period : GuardPeriod, untilTick) : untilTick);

                // Before the poll: for what that brings a thread of the pool may come at once.
                poolIsBehind = !_ended.IsEmpty;
                EnsurePoll();
                Volatile.Write(ref _engineMustYield, false);
                CeaseToSleep();
                looks = 0;
            }
            else
            {
                // What was so then need not be when this thread comes to serve again.
                poolIsBehind = false;
                if (looks >= LooksUntilDeep)
                    StandDeep(untilTick);
                else
                    _engine.Park(Math.Min(GuardPeriod, untilTick));
            }
        }
    }

    /// <summary>The engine's thread is to end.</summary>
    public void Stop()
    {
        _stopping = true;
        _engine.Wake();
    }

    /// <summary>
    /// After <see cref="Stop"/>: waits until nobody uses the device, and nobody will. False: somebody does not cease, who waits for
    /// something that has not been ended.
    /// </summary>
    public bool AwaitCallers(TimeSpan patience) =>
        SpinWait.SpinUntil(() => Volatile.Read(ref _sleepers) == 0, patience) &&

        // Never given back: nobody polls any more.
        SpinWait.SpinUntil(TryHoldPolling, patience);

    private bool Spin(Operation operation, TimeSpan spin, int timeout, long start)
    {
        long budget = spin < TimeSpan.Zero ? long.MaxValue : (long)(spin.TotalSeconds * Stopwatch.Frequency);
        if (timeout >= 0)
            budget = Math.Min(budget, timeout * Stopwatch.Frequency / 1000);

        do
        {
            // The clock costs as much as a look at the queue, and what comes meanwhile waits for it.
            for (int looks = 0; looks < LooksPerTime; looks++)
            {
                if (!TryPoll())
                    Thread.SpinWait(8);

                if (operation.IsCompleted)
                    return true;
            }
        }
        while (Stopwatch.GetTimestamp() - start < budget);

        return false;
    }

    /// <summary>As the sleeper, until the operation completes or its time is out.</summary>
    private void SleepUntil(Operation operation, Waiter me, int timeout, long start)
    {
        try
        {
            SleepAndPoll(operation, me, timeout, start);
        }
        finally
        {
            CeaseToSleep();
        }
    }

    private void SleepAndPoll(Operation operation, Waiter me, int timeout, long start)
    {
        int left;
        do
        {
            // What is here already needs no arming, which costs a system call on some devices.
            EnsurePoll();
            if (operation.IsCompleted)
                break;

            Arm();
            EnsurePoll();
            left = ParkingProgress.Remaining(start, timeout);
            if (operation.IsCompleted || left == 0)
                break;

            SleepOn(me, left);
        }
        while (true);
    }

    private void SleepOn(Waiter sleeper, int timeout)
    {
        sleeper.SleepOn(_device, timeout);
        _watch = Watch.Awake;
        Volatile.Write(ref _wakeUps, _wakeUps + 1);
    }

    /// <summary>The engine, about to sleep: threads of the pool have more to do than they come to, or a poller, and take what comes then.</summary>
    private bool TryLeave()
    {
        if (!IsTakenCareOf)
            return false;

        Interlocked.Exchange(ref _watch, Watch.Left);
        // If not: back, unless somebody has taken over already.
        return MayBeLeft || !TryReclaim();
    }

    /// <summary>Whether what comes can wait until the pool has come to what has ended before. To be asked once it is said to be so.</summary>
    private bool MayBeLeft =>
        IsTakenCareOf && Volatile.Read(ref _backlog) == 0 && Volatile.Read(ref _unsent) == 0 && !HasFollowers;

    /// <summary>A thread of the pool looks at the device before long.</summary>
    private bool IsTakenCareOf => !_ended.IsEmpty || _busyPolling.IsOn;

    private bool HasFollowers
    {
        get
        {
            lock (_followersLock)
                return _followers.Count > 0;
        }
    }

    /// <summary>Whoever it succeeds for polls, and arms.</summary>
    private bool TryReclaim() => Interlocked.CompareExchange(ref _watch, Watch.Armed, Watch.Left) == Watch.Left;

    /// <summary>Polls in the place of the engine that has left it to others, and arms if nothing is there.</summary>
    private void TakeOver()
    {
        if (_watch != Watch.Left)
            return;

        if (_busyPolling.IsOn)
        {
            // It stays left to the poller, who may just be running something.
            TryPoll();
            return;
        }

        // Counted as a sleeper: the device is not disposed of under it.
        Interlocked.Increment(ref _sleepers);
        try
        {
            if (_stopping || !TryReclaim())
                return;

            EnsurePoll();
            // More may have come, whose last taker sees that it is left to him; and the engine, if it has been woken meanwhile, polls.
            if (IsTakenCareOf &&
                (Interlocked.CompareExchange(ref _watch, Watch.Left, Watch.Armed) != Watch.Armed || MayBeLeft || !TryReclaim()))
                return;

            Arm();
            EnsurePoll();
        }
        finally
        {
            Interlocked.Decrement(ref _sleepers);
        }
    }

    void IEndedWaitsOwner.RanEmpty() => TakeOver();

    bool IEndedWaitsOwner.TryBecomePoller() => _busyPolling.TryBegin();

    void IEndedWaitsOwner.Ran(long ticks) => _busyPolling.Ran(ticks);

    bool IEndedWaitsOwner.PollForMore()
    {
        bool mayPay = false;
        bool isPaid;
        _ended.BeginPolling();
        try
        {
            mayPay = SpinForEnded();
        }
        finally
        {
            isPaid = _ended.EndPolling();
        }

        if (isPaid)
            _busyPolling.Paid();
        else if (mayPay)
            _busyPolling.DidNotPay();

        return isPaid;
    }

    void IEndedWaitsOwner.CeaseToPoll()
    {
        _busyPolling.End();
        TakeOver();
    }

    /// <summary>Polls until an asynchronous wait has ended, for the budget at most.</summary>
    /// <returns>False: it was given up for another reason.</returns>
    private bool SpinForEnded()
    {
        long start = Stopwatch.GetTimestamp();
        long budget = _busyPolling.TakeBudget();
        while (budget > 0 && !_ended.IsPoolWanted)
        {
            for (int looks = 0; looks < LooksPerYield; looks++)
            {
                // Armed, the device wakes the engine's thread beside this one.
                if (_stopping || _watch == Watch.Armed || Volatile.Read(ref _asyncWaits) == 0)
                    return false;

                if (!TryPoll())
                    Thread.SpinWait(8);

                if (!_ended.IsEmpty)
                    return true;
            }

            _busyPolling.Moved();
            if (Stopwatch.GetTimestamp() - start >= budget)
                return true;

            // Nobody has asked for this: it is not to be at the cost of other threads.
            Thread.Yield();
        }

        return false;
    }

    /// <summary>Parks behind the sleeper, which completes the operation or hands over.</summary>
    private void Follow(Operation operation, Waiter me, int timeout)
    {
        lock (_followersLock)
            _followers.Add(me);

        try
        {
            ParkBehindSleeper(operation, me, timeout);
        }
        finally
        {
            lock (_followersLock)
                _followers.Remove(me);

            Interlocked.MemoryBarrier();
        }
    }

    private void ParkBehindSleeper(Operation operation, Waiter me, int timeout)
    {
        // In the list first, then look: a sleeper that ceases now either finds us or is found gone.
        Interlocked.MemoryBarrier();
        Waiter? sleeper = Volatile.Read(ref _sleeper);
        if (ReferenceEquals(sleeper, _engine) && Volatile.Read(ref _asyncWaits) == 0)
        {
            // The engine sees that somebody calls, or it would be the sleeper again before us, and again.
            Volatile.Write(ref _callers, _callers + 1);
            Volatile.Write(ref _engineMustYield, true);
            _engine.Wake();
        }
        else if (TryReclaim())
        {
            // Left to those whom the thread pool has not come to yet: a caller does not wait for them.
            Arm();
            EnsurePoll();
        }

        if (sleeper is not null && !operation.IsCompleted)
            me.Park(timeout);
    }

    private bool TryBecomeSleeper(Waiter waiter) =>
        Volatile.Read(ref _sleeper) is null && Interlocked.CompareExchange(ref _sleeper, waiter, null) is null;

    private void CeaseToSleep()
    {
        Interlocked.Exchange(ref _sleeper, null);
        WakeSuccessor();
    }

    private void WakeSuccessor()
    {
        Waiter? next = null;
        lock (_followersLock)
        {
            if (_followers.Count > 0)
                next = _followers[0];
        }

        if (next is not null)
            next.Wake();
        else if (Volatile.Read(ref _asyncWaits) > 0 || Volatile.Read(ref _engineIsDeep))
            _engine.Wake();
    }

    /// <summary>One caller has slept on the device for long: no looks until it ceases.</summary>
    private void StandDeep(int timeout)
    {
        Volatile.Write(ref _engineIsDeep, true);
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _sleeper) is not null)
            _engine.Park(timeout);

        Volatile.Write(ref _engineIsDeep, false);
    }

    /// <summary>To be followed by a poll: what came before wakes nobody.</summary>
    private void Arm()
    {
        // First: said behind it, it could undo what a sleeper says that has been woken meanwhile.
        _watch = Watch.Armed;
        _device.Arm(solicitedOnly: Volatile.Read(ref _backlog) == 0);
    }

    private bool TryPoll()
    {
        if (Volatile.Read(ref _polling) != Free || !TryHoldPolling())
            return false;

        // Not held on to between two: who polls then, does so after the wish as well.
        while (PollAndRelease() && TryHoldPolling())
        {
        }

        return true;
    }

    /// <returns>Whether another poll has been asked for since.</returns>
    private bool PollAndRelease()
    {
        bool isWanted;
        try
        {
            PollUntilEmpty();
        }
        finally
        {
            isWanted = Interlocked.Exchange(ref _polling, Free) == Wanted;
        }

        return isWanted;
    }

    private bool TryHoldPolling() => Interlocked.CompareExchange(ref _polling, Held, Free) == Free;

    private void PollUntilEmpty()
    {
        int count;
        bool again;
        do
        {
            count = _device.Poll(_batch);
            // Only one polls at a time; and only one sleeps.
            Volatile.Write(ref _polls, _polls + 1);
            again = count > 0 && _sink.OnCompletions(_batch.AsSpan(0, count));
        }
        while (count == BatchSize || again);
    }

    /// <summary>
    /// For who is about to sleep: polls, or leaves that to the thread that polls now, which then does so once more. What has come before is
    /// taken before long, and whom it concerns is woken.
    /// </summary>
    private void EnsurePoll()
    {
        while (!TryPoll() && Interlocked.CompareExchange(ref _polling, Wanted, Held) == Free)
        {
            // It has just gone.
        }
    }

    /// <summary>Polls for certain; if another polls, after it. What came before has been taken when this returns.</summary>
    private void PollNow()
    {
        // Not by SpinWait, which Thread.Interrupt ends: this runs where an operation is begun but nobody waits for it yet.
        for (int tries = 0; !TryPoll() && !_stopping; tries++)
        {
            if (tries < BusyTries)
                Thread.SpinWait(16);
            else
                Thread.Yield();
        }
    }
}

/// <summary>What a completion leads to that comes now.</summary>
internal enum Watch
{
    /// <summary>The sleeper is awake, or there is none: it will poll before it sleeps.</summary>
    Awake,

    /// <summary>It wakes the sleeper; or who has set this is on his way to arm the queue and poll.</summary>
    Armed,

    /// <summary>Nothing. The poller finds it, or who takes the last ended wait, comes to wait in a call, or has a link that cannot send.</summary>
    Left,
}

/// <summary>Takes completions; called by one thread at a time.</summary>
internal interface ICompletionSink
{
    /// <returns>Whether to poll again: what counts as a wake-up has changed since.</returns>
    bool OnCompletions(ReadOnlySpan<Completion> completions);

    /// <summary>There is something to pump.</summary>
    bool HasBundles { get; }

    /// <summary>Posts what links have gathered. On the engine's thread.</summary>
    /// <returns>Whether to come again soon.</returns>
    bool PumpBundles();
}
