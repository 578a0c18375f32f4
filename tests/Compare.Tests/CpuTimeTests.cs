namespace FastSockets.Perf.Tests;

public sealed class CpuTimeTests
{
    private static readonly ProgramRun Start = new("", "", 100_000, 90_000);

    [Fact]
    public void Read_LineOfBash_IsUserAndKernelInMicroseconds() =>
        Assert.Equal(1_284_000, CpuTime.Read("a warning\nprocessor-seconds 0.034 1.250\n"), 6);

    [Fact]
    public void Read_WithoutTheLine_Throws() => Assert.Throws<MeasurementException>(() => CpuTime.Read("killed"));

    [Fact]
    public void Of_RoundTrips_IsPerMessageWithoutTheStart() => Assert.Equal(
        [new Figure(Metric.CpuPerMessageClient, 200), new Figure(Metric.CpuPerMessageServer, 100)],
        CpuTime.Of(new Point(Pattern.PingPong, Wait.Spin, 64), 1000, new ProgramRun("", "", 300_000, 190_000), Start));

    [Fact]
    public void Of_Stream_IsPerByteAndMayBeBelowNothing() => Assert.Equal(
        [new Figure(Metric.CpuPerByteClient, 0.2), new Figure(Metric.CpuPerByteServer, -10)],
        CpuTime.Of(new Point(Pattern.Stream, Wait.Spin, 1000), 1000, new ProgramRun("", "", 100_200, 80_000), Start));
}
