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
        var run = await ProgramPair.RunAsync(
            options.VerbsLatencyProgram,
            ["server", options.Address, port, Text(point.Size), spin],
            ["client", options.Address, port, Text(point.Size), spin, Text(options.WarmUpSeconds), Text(options.Seconds)],
            static async (server, waiting) => await server.Output.ReadLineAsync(waiting).ConfigureAwait(false),
            ImmutableDictionary<string, string>.Empty,
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

    /// <summary>The numbers of a line, of which there must be so many.</summary>
    internal static double[] Numbers(string output, int atLeast)
    {
        string[] words = output.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        double[] numbers = new double[words.Length];
        for (int i = 0; i < words.Length; i++)
        {
            if (!double.TryParse(words[i], NumberStyles.Float, CultureInfo.InvariantCulture, out numbers[i]))
                throw new MeasurementException($"verbs-latency's report is not understood:\n{output}");
        }
        return numbers.Length >= atLeast
            ? numbers
            : throw new MeasurementException($"verbs-latency reported too few figures:\n{output}");
    }

    private static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);
}
