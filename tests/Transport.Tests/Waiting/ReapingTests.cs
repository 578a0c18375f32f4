using FastSockets.Transport.Fabric;
using FastSockets.Transport.Progress;

namespace FastSockets.Transport.Tests.Waiting;

/// <summary>The engine's thread takes completions, or a thread of the pool in its place.</summary>
public sealed class ReapingTests() : ReapingCases(TimeSpan.Zero);

/// <summary>Threads of the pool poll for more before they go: alone, for they go at once where the pool has other work.</summary>
[CollectionDefinition(nameof(BusyReapingTests), DisableParallelization = true)]
[Collection(nameof(BusyReapingTests))]
public sealed class BusyReapingTests() : ReapingCases(TimeSpan.FromMilliseconds(1))
{
    /// <summary>The next message is there when the one before has been answered: nobody sleeps in between.</summary>
    [Fact]
    public async Task Exchange_WakesNobody()
    {
        const int Messages = 20_000;
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        int count = 0;
        OnEnded(id =>
        {
            if (++count == Messages)
                done.SetResult();
            else
                Start(id);
        });
        Start(0);
        await done.Task.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        Assert.InRange(WakeUps, 0, Messages / 4);
    }
}

/// <summary>Whoever is to take completions for asynchronous waits, the engine or the thread pool, always does.</summary>
public abstract class ReapingCases : IDisposable, ICompletionSink
{
    /// <summary>Completes the wait of a caller that blocks.</summary>
    private const ulong Caller = ulong.MaxValue;

    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);

    private readonly EventDevice _device = new();
    private readonly TimeSpan _spin;
    private readonly DeviceProgress _progress;
    private readonly Thread _engine;
    private readonly BlockingWait _wait = new();
    private Action<ulong> _continuation = static _ => { };
    private int _taken;

    protected ReapingCases(TimeSpan spin)
    {
        _spin = spin;
        _progress = new DeviceProgress(_device, this);
        _engine = new Thread(() => _progress.Run(static () => { }));
        _engine.Start();
    }

    bool ICompletionSink.HasBundles => false;

    protected long WakeUps => _progress.WakeUps;

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        _progress.Stop();
        _device.Kick();
        _engine.Join();
        Assert.True(_progress.AwaitCallers(s_patience));
        _device.Dispose();
    }

    /// <summary>
    /// Each message is the answer to the one before, so that a wake-up that is lost ends the exchange. How many there are depends on what
    /// else the processors do; that they end does not.
    /// </summary>
    [Theory]
    [InlineData(1, false)]
    [InlineData(3, false)]
    [InlineData(16, false)]
    [InlineData(16, true)]
    public async Task Exchanges_GoOn_WhoeverTakesTheCompletions(int connections, bool besideACaller)
    {
        const int Messages = 40_000;
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        int count = 0;
        int open = connections;
        long end = Environment.TickCount64 + 10_000;
        _continuation = id =>
        {
            int at = Interlocked.Increment(ref count);
            if (at >= Messages || Environment.TickCount64 > end)
            {
                if (Interlocked.Decrement(ref open) == 0)
                    done.SetResult();

                return;
            }

            // Some are quick and some are not, so that the queue of what has ended is empty at times and at times not.
            Thread.SpinWait(at * 31 % 97 * (at % 5));
            Start(id);
        };
        for (ulong id = 0; id < (ulong)connections; id++)
            Start(id);

        if (besideACaller)
        {
            while (!done.Task.IsCompleted)
                Assert.True(Call());
        }

        await done.Task.WaitAsync(s_patience, TestContext.Current.CancellationToken);
    }

    /// <summary>Many more continuations that block than the pool gets threads for in this time.</summary>
    [Fact]
    public void WhileThePoolIsBehind_TheEngineSleepsUnarmed_AndWhatComesIsFound()
    {
        // Not disposed of: the last continuation may still be about to leave it.
        var mayEnd = new ManualResetEventSlim();
        int ended = 0;
        _continuation = _ =>
        {
            mayEnd.Wait(s_patience);
            Interlocked.Increment(ref ended);
        };
        int started = StartUntilUnarmed();
        Start((ulong)started++);
        mayEnd.Set();
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref ended) == started, s_patience));
    }

    /// <summary>What a link waits for that cannot send comes from the peer, and the pool may be behind for long.</summary>
    [Fact]
    public void WhileThePoolIsBehind_AndALinkCannotSend_WhatComesIsTaken()
    {
        var mayEnd = new ManualResetEventSlim();
        _continuation = _ => mayEnd.Wait(s_patience);
        try
        {
            int started = StartUntilUnarmed();
            _progress.UnsentChanged(1);
            for (int i = 0; i < 10; i++)
            {
                Start((ulong)started++);
                Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref _taken) == started, s_patience));
            }
        }
        finally
        {
            mayEnd.Set();
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ContinuationThatBlocks_HoldsUpNoOther(bool together)
    {
        // Not disposed of: a continuation may still be about to leave them.
        var mayEnd = new ManualResetEventSlim();
        var began = new ManualResetEventSlim();
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _continuation = id =>
        {
            if (id != 0)
            {
                mayEnd.Set();
                return;
            }

            began.Set();
            if (mayEnd.Wait(s_patience))
                ended.SetResult();
        };
        // The one that blocks may be the poller's.
        _device.LongestTimed = BusyPolling.Period;
        Start(0);
        if (!together)
            Assert.True(began.Wait(s_patience, TestContext.Current.CancellationToken));

        Start(1);
        await ended.Task.WaitAsync(2 * s_patience, TestContext.Current.CancellationToken);
    }

    bool ICompletionSink.OnCompletions(ReadOnlySpan<Completion> completions)
    {
        foreach (ref readonly Completion completion in completions)
        {
            if (completion.Id == Caller)
                _wait.Complete(0);
            else
                _progress.AsyncEnded(new Ended(this, completion.Id));
        }

        Volatile.Write(ref _taken, _taken + completions.Length);

        return false;
    }

    bool ICompletionSink.PumpBundles() => false;

    protected void OnEnded(Action<ulong> continuation) => _continuation = continuation;

    protected void Start(ulong id)
    {
        _progress.AsyncStarted(_spin);
        _device.Complete(id);
    }

    /// <returns>How many waits have begun.</returns>
    private int StartUntilUnarmed()
    {
        const int Behind = 500;
        int started = 0;
        // At the first wake-ups the pool need not be behind yet.
        Assert.True(SpinWait.SpinUntil(
            () =>
            {
                Start((ulong)started++);
                return started > Behind && _device.SleepsUnarmed > 0;
            },
            s_patience));
        return started;
    }

    private bool Call()
    {
        _wait.BeginBlocking();
        ThreadPool.UnsafeQueueUserWorkItem(static device => device.Complete(Caller), _device, preferLocal: false);
        return _progress.Wait(_wait, TimeSpan.Zero, (int)s_patience.TotalMilliseconds);
    }

    private sealed class Ended(ReapingCases test, ulong id) : IThreadPoolWorkItem
    {
        public void Execute() => test._continuation(id);
    }
}
