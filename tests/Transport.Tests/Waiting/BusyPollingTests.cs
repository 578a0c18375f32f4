using System.Diagnostics;
using FastSockets.Transport.Progress;

namespace FastSockets.Transport.Tests.Waiting;

/// <summary>When polling on the thread pool is tried.</summary>
public sealed class BusyPollingTests
{
    private static readonly TimeSpan s_budget = TimeSpan.FromMilliseconds(1);

    private readonly BusyPolling _polling = new();

    public BusyPollingTests() => _polling.GoBy(s_budget);

    [Fact]
    public void OneThread_AtATime()
    {
        Assert.True(_polling.TryBegin());
        Assert.False(_polling.TryBegin());
        _polling.End();
        Assert.True(_polling.TryBegin());
    }

    [Fact]
    public void WhatDoesNotPay_IsTriedLessAndLess_AndNeverGivenUp()
    {
        const int Times = 2000;
        int tries = 0;
        for (int i = 0; i < Times; i++)
            tries += Try(pays: false);

        // All of its trust, and then one time in 32.
        Assert.InRange(tries, 50, 100);
    }

    [Fact]
    public void WhatPays_IsTriedEachTime_ThoughItFailNowAndThen()
    {
        for (int i = 0; i < 1000; i++)
            Assert.Equal(1, Try(pays: i % 8 != 0));
    }

    [Fact]
    public void WhatPaysAgain_IsTriedEachTimeAgain()
    {
        for (int i = 0; i < 1000; i++)
            Try(pays: false);

        int tries = 0;
        for (int i = 0; i < 100; i++)
            tries += Try(pays: true);

        Assert.InRange(tries, 100 - 32, 100);
    }

    [Theory]
    [InlineData(1, 70)]
    [InlineData(2, 300)]
    public void ContinuationsThatTakeLong_AllOrEveryOther_HoldUpOthers_AndDoNotPay(int oneIn, int most)
    {
        int tries = 0;
        for (int i = 0; i < 1000; i++)
        {
            if (!_polling.TryBegin())
                continue;

            tries++;
            _polling.Ran(tries % oneIn == 0 ? Stopwatch.Frequency : 0);
            // What came meanwhile is found at once.
            _polling.Paid();
            _polling.End();
        }

        Assert.InRange(tries, 20, most);
    }

    [Fact]
    public void PollerThatDoesNotMove_IsNotCountedOn_UntilItMoves()
    {
        Assert.True(_polling.TryBegin());
        Assert.True(_polling.IsLikely());
        Assert.True(SpinWait.SpinUntil(() => !_polling.IsLikely(), 10_000));
        Assert.False(_polling.IsOn);
        _polling.Ran(0);
        Assert.True(_polling.IsOn);
        Assert.True(_polling.IsLikely());
    }

    [Fact]
    public void WithoutABudget_ThereIsNone()
    {
        _polling.GoBy(TimeSpan.Zero);
        Assert.False(_polling.TryBegin());
        Assert.False(_polling.IsLikely());
    }

    [Fact]
    public void ABudgetWithoutEnd_HasOneHere()
    {
        _polling.GoBy(Timeout.InfiniteTimeSpan);
        Assert.InRange(_polling.TakeBudget(), 1, Stopwatch.Frequency / 10);
    }

    [Fact]
    public void TheBudget_IsThatOfTheLastWait()
    {
        long before = _polling.TakeBudget();
        _polling.GoBy(2 * s_budget);
        Assert.Equal(2 * before, _polling.TakeBudget());
    }

    [Fact]
    public void WhoDoesNotWantIt_DoesNotSpoilItForOthers()
    {
        for (int i = 0; i < 100; i++)
        {
            Assert.True(_polling.TryBegin());
            // The continuation waits on a connection that does not poll, and the next one begins there.
            _polling.GoBy(TimeSpan.Zero);
            _polling.Ran(1);
            Assert.Equal(0, _polling.TakeBudget());
            _polling.Ran(1);
            _polling.End();
            _polling.GoBy(s_budget);
        }

        Assert.True(_polling.TryBegin());
    }

    private int Try(bool pays)
    {
        if (!_polling.TryBegin())
            return 0;

        if (pays)
            _polling.Paid();
        else
            _polling.DidNotPay();

        _polling.End();
        return 1;
    }
}
