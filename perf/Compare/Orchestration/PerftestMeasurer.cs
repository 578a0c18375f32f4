using System.Collections.Immutable;
using System.Globalization;

namespace FastSockets.Perf;

/// <summary>ib_send_lat and ib_write_bw, both polling. Two new processes for each point.</summary>
internal sealed class PerftestMeasurer(CompareOptions options)
{
    private const int Attempts = 3;

    private readonly Dictionary<Point, double> _secondsPerMessage = [];
    private readonly string _gidIndex = RdmaPort.GidIndexOf(options.Device, options.Address);
    private int _port = 18600;

    /// <summary>Now and then, on an emulated processor, perftest reports a bandwidth of nothing: that is no figure, and it is asked again.</summary>
    public async Task<IReadOnlyList<Figure>> MeasureAsync(Point point, CancellationToken cancellation)
    {
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            var figures = await TryMeasureAsync(point, cancellation).ConfigureAwait(false);
            if (figures[0].Value > 0)
                return figures;
        }
        throw new MeasurementException("perftest reported a figure of 0 each time");
    }

    private async Task<IReadOnlyList<Figure>> TryMeasureAsync(Point point, CancellationToken cancellation)
    {
        bool isLatency = point.Pattern == Pattern.PingPong;
        // Not the port of the run before, which may still be in TIME_WAIT.
        int port = ++_port;
        double perMessage = SecondsPerMessage(point);
        // Should this try fail, for want of time perhaps, the next one is shorter.
        _secondsPerMessage[point] = 10 * perMessage;
        string[] arguments =
        [
            "-F", "-d", options.Device, "-x", _gidIndex, "-p", Text(port), "-s", Text(point.Size),
            "-n", Text(Iterations(point, perMessage)),
        ];
        string output = await ProgramPair.RunAsync(
            isLatency ? "ib_send_lat" : "ib_write_bw",
            arguments,
            [.. arguments, options.Address],
            (_, waiting) => TcpPorts.ListeningAsync(port, waiting),
            ImmutableDictionary<string, string>.Empty,
            cancellation).ConfigureAwait(false);
        var figures = isLatency ? PerftestReport.Latency(output) : PerftestReport.Bandwidth(output);
        double value = figures[0].Value;
        if (value > 0)
            _secondsPerMessage[point] = isLatency ? value / 1e6 : point.Size / (value * 1e6);
        return figures;
    }

    // What a message took in the round before, or a guess.
    private double SecondsPerMessage(Point point)
    {
        double guess = options.IsEmulated ? 100e-6 + point.Size / 35e6 : 10e-6 + point.Size / 1e9;
        return _secondsPerMessage.GetValueOrDefault(point, guess);
    }

    private int Iterations(Point point, double perMessage)
    {
        int least = point.Pattern == Pattern.PingPong ? Samples.Least : 10;
        return (int)Math.Clamp(options.Seconds / perMessage, least, 1_000_000);
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
