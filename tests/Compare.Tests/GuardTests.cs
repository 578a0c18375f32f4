using FastSockets.Perf.Instructions;

namespace FastSockets.Perf.Tests;

public sealed class GuardTests
{
    private const string Operation = "round-trip-64";

    [Theory]
    [InlineData(1.029, false)]
    [InlineData(1.04, true)]
    public void Compare_RatioLarger_LossFromThreePercent(double factor, bool isLoss) =>
        Assert.Equal(isLoss, Guard.Compare(Measured(1.5, 0.002), Measured(1.5 * factor, 0)).Any(moved => moved.IsLoss));

    [Fact]
    public void Compare_RatioSmaller_IsNoLoss() =>
        Assert.False(Assert.Single(Guard.Compare(Measured(1.5, 0.002), Measured(1.4, 0))).IsLoss);

    [Fact]
    public void Compare_RatioThatVariesByItself_IsNotJudged() =>
        Assert.Empty(Guard.Compare(Measured(1.5, 0.02), Measured(2, 0)));

    [Fact]
    public void Compare_WhatTheSchedulerDecides_IsNotJudged_ThoughTheBaselinesRunsAgreed() =>
        Assert.Empty(Guard.Compare(Measured(1.5, 0.002, "stream-64"), Measured(2, 0, "stream-64")));

    [Theory]
    [InlineData("6.1.0-57-amd64", "X64", true)]
    [InlineData("6.12.9-amd64", "X64", false)]
    [InlineData("6.1.0-56-amd64", "Arm64", false)]
    public void Incomparable_OtherKernelSeriesOrArchitecture_SaysSo(string kernel, string architecture, bool isComparable)
    {
        PathLengths baseline = Measured(1.5, 0);
        string? reason = Guard.Incomparable(baseline, baseline with { Kernel = kernel, Architecture = architecture });
        Assert.Equal(isComparable, reason is null);
    }

    [Fact]
    public void Of_SeveralRuns_MedianAndSpreadOfTheRatios()
    {
        PathLengths paths = PathLengths.Of([Run(148), Run(150), Run(151)], "6.1.0-56-amd64");
        PathLength path = paths.Paths.Single(path => path.Operation == Operation);
        Assert.Equal(new Ratio(1.5, 0.02), path.Ratios["tcp"]);
        Assert.Equal(150, path.Instructions[PathLengths.Ours]);
    }

    private static PathLengths Measured(double ratio, double spread, string operation = Operation) => new(
        "6.1.0-56-amd64", "X64", "10.0.0", Runs: 5,
        [
            new PathLength(
                operation,
                new Dictionary<string, double> { [PathLengths.Ours] = 100 * ratio, ["tcp"] = 100 },
                new Dictionary<string, Ratio> { ["tcp"] = new(ratio, spread) }),
        ]);

    private static Dictionary<(string Transport, string Operation), double> Run(double ours) =>
        PathOperation.All.SelectMany(operation => new[]
        {
            ((PathLengths.Ours, operation.Name), ours),
            (("tcp", operation.Name), 100.0),
        }).ToDictionary(each => each.Item1, each => each.Item2);
}
