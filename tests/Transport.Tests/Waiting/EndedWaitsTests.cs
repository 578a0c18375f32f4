using FastSockets.Transport.Progress;

namespace FastSockets.Transport.Tests.Waiting;

/// <summary>Who runs what has ended.</summary>
public sealed class EndedWaitsTests : IEndedWaitsOwner
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);

    private readonly EndedWaits _waits;

    // Not disposed of: threads of the pool may still be about to leave them.
    private readonly ManualResetEventSlim _polls = new();
    private readonly ManualResetEventSlim _mayCease = new();
    private int _pollers;

    public EndedWaitsTests() => _waits = new EndedWaits(this);

    /// <summary>The poller may have lost its processor, or be about to run something long.</summary>
    [Fact]
    public void WhatAnotherThreadFinds_DoesNotWaitForThePoller()
    {
        _waits.Add(new Work(static () => { }));
        Assert.True(_polls.Wait(s_patience, TestContext.Current.CancellationToken));
        var ran = new ManualResetEventSlim();
        _waits.Add(new Work(ran.Set));
        bool hasRun = ran.Wait(s_patience, TestContext.Current.CancellationToken);
        _mayCease.Set();
        Assert.True(hasRun);
    }

    void IEndedWaitsOwner.RanEmpty()
    {
    }

    bool IEndedWaitsOwner.TryBecomePoller() => Interlocked.Increment(ref _pollers) == 1;

    void IEndedWaitsOwner.Ran(long ticks)
    {
    }

    bool IEndedWaitsOwner.PollForMore()
    {
        _waits.BeginPolling();
        _polls.Set();
        _mayCease.Wait(s_patience);
        return _waits.EndPolling();
    }

    void IEndedWaitsOwner.CeaseToPoll()
    {
    }

    private sealed class Work(Action run) : IThreadPoolWorkItem
    {
        public void Execute() => run();
    }
}
