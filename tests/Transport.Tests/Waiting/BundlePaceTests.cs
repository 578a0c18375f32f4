using System.Diagnostics;
using FastSockets.Transport.Progress;

namespace FastSockets.Transport.Tests.Waiting;

/// <summary>How long bundles are left to grow.</summary>
public sealed class BundlePaceTests
{
    private static readonly TimeSpan s_senderTurn = TimeSpan.FromMicroseconds(20);

    private readonly BundlePace _pace = new();

    [Fact]
    public void WhereNothingHasComeTogether_TheSenderHasATurn() => Assert.Equal(s_senderTurn, After(0, 500));

    [Fact]
    public void QuickPosting_IsNotPausedAfter()
    {
        Assert.Equal(TimeSpan.Zero, After(1, 4));
        Assert.Equal(TimeSpan.Zero, After(4, 4));
    }

    [Fact]
    public void SlowPosting_IsAFifthOfTheTime()
    {
        Assert.Equal(TimeSpan.FromMicroseconds(160), After(1, 40));
        Assert.Equal(TimeSpan.FromMicroseconds(320), After(2, 80));
    }

    [Fact]
    public void AProcessorThatWasLostOnce_IsNotTakenForThePosting()
    {
        After(1, 40);
        Assert.InRange(After(1, 100_000), TimeSpan.FromMicroseconds(160), TimeSpan.FromMicroseconds(181));
        Assert.Equal(TimeSpan.FromMicroseconds(160), After(1, 40));
    }

    [Fact]
    public void PostingThatStaysSlower_IsBelievedBeforeLong()
    {
        After(1, 10);
        TimeSpan pause = TimeSpan.Zero;
        for (int i = 0; i < 30; i++)
            pause = After(1, 100);

        Assert.Equal(TimeSpan.FromMicroseconds(400), pause);
    }

    [Fact]
    public void NoPause_IsLongerThanAMillisecond()
    {
        Assert.Equal(TimeSpan.FromMilliseconds(1), After(1, 300));
        Assert.Equal(TimeSpan.FromMilliseconds(1), After(1000, 100_000));
    }

    private TimeSpan After(int bundles, double microseconds) =>
        _pace.PauseAfter(bundles, (long)(microseconds * Stopwatch.Frequency / 1_000_000));
}
