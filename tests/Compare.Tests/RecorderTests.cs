namespace FastSockets.Perf.Tests;

public sealed class RecorderTests
{
    private static readonly Point Point = new(Pattern.PingPong, Wait.Spin, 64);

    [Fact]
    public void Rows_OfDifferencesBelowNothing_AreClampedAfterTheMedian()
    {
        Assert.Equal(2, Row(-7, 2, 3).Value);
        Assert.Equal(0, Row(-7, -2, 3).Value);
    }

    [Fact]
    public void Rows_KeepTheValuesOfTheRoundsInOrder() => Assert.Equal([3, 1, 2], Row(3, 1, 2).Values);

    private static Row Row(params double[] values)
    {
        var recorder = new Recorder();
        foreach (double value in values)
            recorder.Add(TransportKind.Verbs, Point, [new(Metric.CpuPerMessageClient, value)]);
        return Assert.Single(recorder.Rows());
    }
}
