namespace FastSockets.Perf.Tests;

public sealed class FitTests
{
    private static readonly long[] Sizes = [64, 1024, 4096, 65536, 1 << 20];

    [Fact]
    public void Of_BandwidthThatFollowsTheModel_FindsItsParameters()
    {
        const double rInf = 80, half = 2500;
        var fit = Assert.Single(Fit.Of([.. Sizes.Select(size => Row(size, rInf * size / (half + size)))]));
        Assert.Equal(rInf, fit.RInf, 6);
        Assert.Equal(half, fit.HalfSize, 3);
        Assert.Equal(0, fit.WorstError, 9);
    }

    [Fact]
    public void Line_OfRoundTrips_FindsStartAndSlope()
    {
        var fit = Fit.Line(TransportKind.Tcp, Pattern.PingPong, Wait.Spin, [.. Sizes.Select(size => ((double)size, 20 + (0.03 * size)))]);
        Assert.NotNull(fit);
        Assert.Equal(20, fit.T0Us, 6);
        Assert.Equal(30, fit.NsPerByte, 6);
    }

    [Fact]
    public void Line_WithOneTimeOff_SaysHowFarItIsOff()
    {
        (double, double)[] times = [.. Sizes.Select(size => ((double)size, 20 + (0.03 * size)))];
        times[2].Item2 *= 2;
        Assert.InRange(Fit.Line(TransportKind.Tcp, Pattern.PingPong, Wait.Spin, times)!.WorstError, 0.2, 1);
    }

    [Fact]
    public void Line_ThatFalls_IsNone() =>
        Assert.Null(Fit.Line(TransportKind.Tcp, Pattern.PingPong, Wait.Spin, [(1, 30), (100, 20), (1000, 10)]));

    [Fact]
    public void Of_TwoSizes_IsNone() => Assert.Empty(Fit.Of([Row(64, 1), Row(1024, 10)]));

    [Fact]
    public void Lines_OfARival_CompareWithTheSameWaitOnly()
    {
        Fit[] fits =
        [
            Stream(TransportKind.FastSocketsRdma, Wait.Spin, 30), Stream(TransportKind.FastSocketsRdma, Wait.Block, 20),
            Stream(TransportKind.Tcp, Wait.Block, 10), Stream(TransportKind.Tcp, Wait.Async, 10),
        ];
        Assert.Equal(["30000", "20000", "10000 (2.000)", "10000"], FitTable.Lines(fits).Select(line => line[5]));
    }

    private static Fit Stream(TransportKind transport, Wait wait, double startUs) =>
        new(transport, Pattern.Stream, wait, startUs, NsPerByte: 1, WorstError: 0);

    private static Row Row(long size, double bandwidth) =>
        new(TransportKind.FastSocketsRdma, Pattern.Stream, Wait.Block, size, Metric.Bandwidth, bandwidth, "MB/s");
}
