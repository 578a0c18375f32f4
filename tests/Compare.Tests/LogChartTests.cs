namespace FastSockets.Perf.Tests;

public sealed class LogChartTests
{
    [Theory]
    [InlineData(0.03, 0.02, 0.05)]
    [InlineData(1, 0.5, 1)]
    [InlineData(1.5, 1, 2)]
    [InlineData(4999, 2000, 5000)]
    [InlineData(5001, 5000, 10000)]
    public void Round_ToOneTwoOrFive(double value, double down, double up)
    {
        Assert.Equal(down, LogChart.RoundDown(value), 9);
        Assert.Equal(up, LogChart.RoundUp(value), 9);
    }
}
