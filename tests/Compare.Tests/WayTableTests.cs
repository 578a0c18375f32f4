namespace FastSockets.Perf.Tests;

public sealed class WayTableTests
{
    [Fact]
    public void Lines_OfSeveralWays_SumBothEndsAndCompareWithBlocking()
    {
        string[] line = Assert.Single(WayTable.Lines(
        [
            .. Rows(TransportKind.FastSocketsRdma, Wait.Block, 25, 15),
            .. Rows(TransportKind.FastSocketsRdma, Wait.Pool, 20, 8),
            .. Rows(TransportKind.Tcp, Wait.Block, 10, 10),
        ]));
        Assert.Equal(
            ["Fast Sockets", "1 MiB", "40.00 = 25.00 + 15.00", "-", "-", "28.00 = 20.00 + 8.000 (0.700)"], line);
    }

    private static Row[] Rows(TransportKind transport, Wait wait, double client, double server) =>
    [
        new(transport, Pattern.Stream, wait, 1 << 20, Metric.CpuPerByteClient, client, "ns"),
        new(transport, Pattern.Stream, wait, 1 << 20, Metric.CpuPerByteServer, server, "ns"),
    ];
}
