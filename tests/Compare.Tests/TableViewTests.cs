namespace FastSockets.Perf.Tests;

public sealed class TableViewTests
{
    private const int Rate = 1000;

    [Theory]
    [InlineData(990, 990, "20.00", "10.00 (2.000)")]
    [InlineData(990, 970, "20.00", "10.00 saturated")]
    [InlineData(970, 990, "20.00 saturated", "10.00")]
    public void Lines_OfALoadThatWasNotKeptUpWith_SaySoAndCompareNothing(double own, double other, string ownCell, string otherCell)
    {
        Row[] rows = [.. Rows(TransportKind.FastSocketsRdma, own, 20), .. Rows(TransportKind.Tcp, other, 10)];
        TableLine line = new TableView(new RowTable(rows)).Lines.Single(
            line => line.Cells[0].Contains(Metric.LoadMedian, StringComparison.Ordinal));
        Assert.Equal([ownCell, otherCell], line.Cells.Skip(1).Take(2));
    }

    private static Row[] Rows(TransportKind transport, double achieved, double median) =>
    [
        new(transport, Pattern.Load, Wait.Block, 64, Metric.AchievedRate, achieved, "1/s") { Rate = Rate },
        new(transport, Pattern.Load, Wait.Block, 64, Metric.LoadMedian, median, "us") { Rate = Rate },
    ];
}
