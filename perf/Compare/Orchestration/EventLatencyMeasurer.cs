using System.Collections.Immutable;
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
        string output = await ProgramPair.RunAsync(
            options.VerbsLatencyProgram,
            ["server", options.Address, port, Text(point.Size), spin],
            ["client", options.Address, port, Text(point.Size), spin, Text(options.WarmUpSeconds), Text(options.Seconds)],
            static async (server, waiting) => await server.Output.ReadLineAsync(waiting).ConfigureAwait(false),
            ImmutableDictionary<string, string>.Empty,
            cancellation).ConfigureAwait(false);
        double[] values = [.. output.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
            .Select(word => double.Parse(word, CultureInfo.InvariantCulture))];
        return [new(Metric.RoundTripMedian, values[0]), new(Metric.RoundTripP99, values[1])];
    }

    private static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);
}
