using System.Diagnostics;

namespace FastSockets.Perf.Tests;

public sealed class BatchesTests
{
    /// <summary>A tick of these tests is 1 ms: 75 of them to warm up, 400 to be measured.</summary>
    private static readonly long s_tick = Stopwatch.Frequency / 1000;

    private readonly Batches _batches = new(first: 10, new Pace(0.075, 0.4));

    [Fact]
    public void Batches_DoubleUntilOneFillsTheTime()
    {
        Assert.False(IsLast(20));
        Assert.False(IsLast(40));
        Assert.Equal(40, _batches.Count);
        Assert.False(IsLast(80));
        Assert.Equal(400 / 2, _batches.Count);
    }

    [Fact]
    public void ABatchThatCompiled_IsNotTheLast_ThoughItFilledTheTime()
    {
        Assert.False(IsLast(1000));
        Assert.False(IsLast(100));
        Assert.Equal(10, _batches.Count);
        Assert.False(IsLast(95));
        // Warm: so many as fill the time.
        Assert.Equal(42, _batches.Count);
    }

    [Fact]
    public void WhatIsMeasured_FillsHalfOfTheTimeAtLeast()
    {
        Assert.False(IsLast(100));
        Assert.False(IsLast(100));
        Assert.Equal(40, _batches.Count);
        Assert.False(IsLast(160));
        Assert.Equal(100, _batches.Count);
        Assert.True(IsLast(200));
        Assert.Equal(100, _batches.Count);
    }

    private bool IsLast(long milliseconds) => _batches.IsLast(milliseconds * s_tick);
}
