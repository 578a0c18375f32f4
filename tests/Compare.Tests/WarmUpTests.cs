namespace FastSockets.Perf.Tests;

public sealed class WarmUpTests
{
    [Fact]
    public void Batches_DoubleUntilOneFillsTheTime()
    {
        var warmUp = new WarmUp(firstBatch: 10, enough: 75);
        Assert.False(warmUp.IsOver(20));
        Assert.False(warmUp.IsOver(40));
        Assert.Equal(40, warmUp.Count);
        Assert.True(warmUp.IsOver(80));
        Assert.Equal(2, warmUp.Each);
    }

    [Fact]
    public void ABatchThatCompiled_IsNotTheLast_ThoughItFilledTheTime()
    {
        var warmUp = new WarmUp(firstBatch: 10, enough: 75);
        Assert.False(warmUp.IsOver(1000));
        Assert.False(warmUp.IsOver(100));
        Assert.True(warmUp.IsOver(95));
        Assert.Equal(10, warmUp.Count);
    }
}
