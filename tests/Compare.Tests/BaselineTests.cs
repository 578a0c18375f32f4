using System.Text.Json;

namespace FastSockets.Perf.Tests;

public sealed class BaselineTests
{
    [Fact]
    public void Interval_OfThreeValues_IsStudents()
    {
        // On the logarithms 0, 1 and 2: mean 1, standard error 1 / sqrt 3, t(2) = 4.303.
        var interval = Interval.Of([1, Math.E, Math.E * Math.E])!;
        Assert.Equal(1 - (4.303 / Math.Sqrt(3)), Math.Log(interval.Low), 9);
        Assert.Equal(1 + (4.303 / Math.Sqrt(3)), Math.Log(interval.High), 9);
    }

    [Fact]
    public void Interval_OfOneValueOrOfZeros_IsNone()
    {
        Assert.Null(Interval.Of([1]));
        Assert.Null(Interval.Of([0, 0, 0]));
    }

    [Fact]
    public void Moves_WhereIntervalsOverlap_AreNone() =>
        Assert.Empty(Baseline(Row(100, 90, 110)).Moves([Row(120, 109, 130)]));

    [Fact]
    public void Moves_WhereIntervalsAreApart_SayWhichWay()
    {
        Assert.True(Assert.Single(Baseline(Row(100, 90, 110)).Moves([Row(80, 75, 85)])).IsBetter);
        Assert.False(Assert.Single(Baseline(Row(100, 90, 110)).Moves([Row(130, 120, 140)])).IsBetter);
    }

    [Fact]
    public void Moves_WithoutIntervals_AreNone() =>
        Assert.Empty(Baseline(Row(100, 90, 110)).Moves([Row(500, 0, 0) with { Interval = null }]));

    [Fact]
    public void Results_WrittenAndRead_AreTheSame()
    {
        Row[] rows = [Row(100, 90, 110) with { Connections = 5, Rate = 7, Rounds = 3 }];
        string json = JsonSerializer.Serialize(Results(rows), JsonContext.Default.Results);
        Assert.Equal(rows, JsonSerializer.Deserialize(json, JsonContext.Default.Results)!.Rows);
    }

    private static Baseline Baseline(params Row[] rows) => new(Results(rows));

    private static Row Row(double value, double low, double high) =>
        new(TransportKind.FastSocketsRdma, Pattern.PingPong, Wait.Block, 64, Metric.RoundTripMedian, value, "us")
        {
            Interval = new Interval(low, high),
        };

    private static Results Results(Row[] rows) => new(
        new RunEnvironment
        {
            Device = "rxe0", ProvidedBy = "vm-tcg", Kernel = "6.1", Cpu = "cpu", Cpus = 2, Os = "os", Dotnet = "10",
            RdmaCore = "44", Perftest = "4.5", Commit = "1", Date = DateTimeOffset.UnixEpoch, CommandLine = "", Address = "",
            Netdev = "veth0", LinkMtu = 4200, PathMtu = "4096", Seed = 1, Rounds = 3, SecondsPerFigure = 1, SpinBudgetUs = 100,
            File = "file", Notes = [], Failures = [],
        },
        rows, [], []);
}
