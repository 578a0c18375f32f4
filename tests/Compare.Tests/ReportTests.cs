namespace FastSockets.Perf.Tests;

/// <summary>What the rivals' own programs print, as they printed it.</summary>
public sealed class ReportTests
{
    private const string UcxLatency = """
        iterations,50.0_percentile_lat,avg_lat,overall_lat,avg_bw,overall_bw,avg_mr,overall_mr
        [thread 0]  46,22434.000,21871.997,21871.997,45.72,45.72,46,46
         300,25.500,57.253,57.253,1.07,1.07,17466,17466

        """;

    private const string PerftestBandwidth = """
         #bytes     #iterations    BW peak[MB/sec]    BW average[MB/sec]   MsgRate[Mpps]
         65536      558              69.40              69.15              0.001106
        ---------------------------------------------------------------------------------------

        """;

    [Fact]
    public void UcxLatency_OfTheLastLine_IsDoubled() =>
        Assert.Equal([new Figure(Metric.RoundTripMedian, 51.0)], UcxReport.Latency(UcxLatency));

    [Fact]
    public void UcxBandwidth_OfSmallMessages_FollowsFromTheRate() =>
        Assert.Equal(17466 * 64 / 1e6, Assert.Single(UcxReport.Bandwidth(UcxLatency, 64)).Value, 9);

    [Fact]
    public void UcxBandwidth_OfLargeMessages_FollowsFromTheMebibytes()
    {
        string report = "50,22418.000,18917.739,21635.656,52.86,46.22,66,47";
        Assert.Equal(46.22 * (1 << 20) / 1e6, Assert.Single(UcxReport.Bandwidth(report, 1 << 20)).Value, 9);
    }

    [Theory]
    [InlineData("")]
    [InlineData("iterations,50.0_percentile_lat,avg_lat,overall_lat,avg_bw,overall_bw,avg_mr,overall_mr")]
    [InlineData("[1] libperf.c:563  UCX  ERROR AM header size (8) is larger than message size (1)")]
    public void UcxLatency_WithoutFigures_Throws(string report) =>
        Assert.Throws<MeasurementException>(() => UcxReport.Latency(report));

    [Theory]
    [InlineData("name bytes xfers iters total time Gb/sec usec/xfer\ncustom 64 1 1k 125k 0.05s 0.02 26.20\n")]
    internal void Rstream_LastWordOfTheLastLine_IsTheTimeOfATransferOneWay(string report)
    {
        Assert.Equal([new Figure(Metric.RoundTripMean, 52.4)], RstreamReport.Latency(report));
        Assert.Equal([new Figure(Metric.Bandwidth, 64 / 26.2)], RstreamReport.Bandwidth(report, 64));
    }

    [Theory]
    [InlineData("")]
    [InlineData("name      bytes   xfers   iters   total       time     Gb/sec    usec/xfer\n")]
    internal void Rstream_WithoutFigures_Throws(string report) =>
        Assert.Throws<MeasurementException>(() => RstreamReport.Latency(report));

    [Fact]
    public void PerftestBandwidth_IsInMillionsOfBytes() =>
        Assert.Equal(69.15 * (1 << 20) / 1e6, Assert.Single(PerftestReport.Bandwidth(PerftestBandwidth)).Value, 9);

    [Fact]
    public void VerbsLatency_OfItsLine_IsItsNumbers() =>
        Assert.Equal([85.5, 120, 1000, 12.25], EventLatencyMeasurer.Numbers("85.500 120.000 1000 12.250\n", atLeast: 4));

    [Theory]
    [InlineData("")]
    [InlineData("85.500 120.000\n")]
    [InlineData("85.500 120.000 1000 nan?\n")]
    public void VerbsLatency_WithoutFigures_Throws(string report) =>
        Assert.Throws<MeasurementException>(() => EventLatencyMeasurer.Numbers(report, atLeast: 4));

    [Fact]
    public void PerftestBandwidth_InGigabits_Throws() => Assert.Throws<MeasurementException>(
        () => PerftestReport.Bandwidth(PerftestBandwidth.Replace("MB/sec", "Gb/sec", StringComparison.Ordinal)));
}
