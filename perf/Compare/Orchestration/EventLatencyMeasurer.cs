using System.Globalization;

namespace FastSockets.Perf;

/// <summary>Round trips by the waits of a blocking call, by perf/verbs/verbs-latency.c, which says why not by ib_send_lat.</summary>
internal sealed class EventLatencyMeasurer(CompareOptions options)
{
    private int _port = 18300;

    public async Task<IReadOnlyList<Figure>> MeasureAsync(Point point, CancellationToken cancellation)
    {
        string port = Text(++_port);
        string spin = Text(options.SpinBudget.TotalMicroseconds);
        string[] Command(string program, string role) =>
            [program, role, options.Server.Environment.Address, port, Text(point.Size), spin];
        var run = await ProgramPair.RunAsync(
            options.Server.Start,
            Command(options.Server.VerbsLatencyProgram, "server"),
            [.. Command(options.VerbsLatencyProgram, "client"), Text(options.WarmUpSeconds), Text(options.Seconds)],
            static (server, waiting) => server.ReadLineAsync(waiting),
            cancellation).ConfigureAwait(false);
        double[] near = Numbers(run.Output, atLeast: 4), far = Numbers(run.ServerOutput, atLeast: 1);
        return
        [
            new(Metric.RoundTripMedian, near[0]),
            new(Metric.RoundTripP99, near[1]),
            new(Metric.CpuPerMessageClient, near[3]),
            new(Metric.CpuPerMessageServer, far[0]),
        ];
    }

    internal static double[] Numbers(string output, int atLeast) => ReportLine.Numbers(output, atLeast, "verbs-latency", output);

    private static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);
}
