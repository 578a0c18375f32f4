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
        Assert.Empty(Baseline(Row(100, 90, 110)).Moves(Results([Row(120, 109, 130)])));

    [Fact]
    public void Moves_WhereIntervalsAreApart_SayWhichWay()
    {
        Assert.True(Assert.Single(Baseline(Row(100, 90, 110)).Moves(Results([Row(80, 75, 85)]))).IsBetter);
        Assert.False(Assert.Single(Baseline(Row(100, 90, 110)).Moves(Results([Row(130, 120, 140)]))).IsBetter);
    }

    [Fact]
    public void Moves_WithoutIntervals_AreNone() =>
        Assert.Empty(Baseline(Row(100, 90, 110)).Moves(Results([Row(500, 0, 0) with { Interval = null }])));

    [Fact]
    public void Moves_UnderEmulation_AreOfTheRatiosToTcpInARound()
    {
        // Everything takes twice as long, as on a busier host: nothing has moved. Then TCP alone does.
        Row[] before = [Rounds(TransportKind.FastSocketsRdma, 20, 41, 80), Rounds(TransportKind.Tcp, 10, 20, 40)];
        Row[] busier = [Rounds(TransportKind.FastSocketsRdma, 40, 82, 160), Rounds(TransportKind.Tcp, 20, 40, 80)];
        Row[] faster = [Rounds(TransportKind.FastSocketsRdma, 10, 20.5, 40), Rounds(TransportKind.Tcp, 10, 20, 40)];
        var baseline = new Baseline(Results(before, "vm-tcg"));
        Assert.Empty(baseline.Moves(Results(busier, "vm-tcg")));
        Move move = Assert.Single(baseline.Moves(Results(faster, "vm-tcg")));
        Assert.True(move.IsBetter);
        Assert.Equal((2, 1), (move.Before.Value, move.Now.Value));
    }

    [Fact]
    public void Differences_OfWhatIsNotTheProgram_AreNamed()
    {
        RunEnvironment environment = Results([]).Environment;
        Assert.Empty(Perf.Baseline.Differences(environment, environment with { Commit = "2", SpinBudgetUs = 110 }));
        Assert.Equal(
            ["the device (rxe0, rxe1)", "the number of processors (2, 4)", "the spin budget (100.0 us, 40.00 us)"],
            Perf.Baseline.Differences(environment, environment with { Device = "rxe1", Cpus = 4, SpinBudgetUs = 40 }));
    }

    [Fact]
    public void Results_WrittenAndRead_AreTheSame()
    {
        Row[] rows = [Row(100, 90, 110) with { Connections = 5, Rate = 7, Rounds = 3, Values = [90, 100, 110] }];
        string json = JsonSerializer.Serialize(Results(rows), JsonContext.Default.Results);
        Assert.Equivalent(rows, JsonSerializer.Deserialize(json, JsonContext.Default.Results)!.Rows, strict: true);
    }

    [Fact]
    public void Moves_FromAFileWithoutTheRoundsValues_AreNoneUnderEmulation()
    {
        Row[] rows = [Rounds(TransportKind.FastSocketsRdma, 1, 2), Rounds(TransportKind.Tcp, 1, 2)];
        string json = JsonSerializer.Serialize(Results(rows, "vm-tcg"), JsonContext.Default.Results);
        string older = json.Replace("\"values\":[1,2],", "", StringComparison.Ordinal);
        Assert.NotEqual(json, older);
        var baseline = new Baseline(JsonSerializer.Deserialize(older, JsonContext.Default.Results)!);
        Assert.Empty(baseline.Moves(Results(rows, "vm-tcg")));
    }

    private static Baseline Baseline(params Row[] rows) => new(Results(rows));

    private static Row Row(double value, double low, double high) =>
        new(TransportKind.FastSocketsRdma, Pattern.PingPong, Wait.Block, 64, Metric.RoundTripMedian, value, "us")
        {
            Interval = new Interval(low, high),
        };

    private static Row Rounds(TransportKind transport, params double[] values) =>
        Row(Median.Of(values), 0, 0) with { Transport = transport, Values = values, Interval = Interval.Of(values) };

    private static Results Results(Row[] rows, string providedBy = "device") => new(
        new RunEnvironment
        {
            Device = "rxe0", ProvidedBy = providedBy, Kernel = "6.1", Cpu = "cpu", Cpus = 2, Os = "os", Dotnet = "10",
            RdmaCore = "44", Perftest = "4.5", Commit = "1", Date = DateTimeOffset.UnixEpoch, CommandLine = "", Address = "",
            Netdev = "veth0", LinkMtu = 4200, PathMtu = "4096", Seed = 1, Rounds = 3, SecondsPerFigure = 1, SpinBudgetUs = 100,
            File = "file", Notes = [], Failures = [],
        },
        rows, [], []);
}
