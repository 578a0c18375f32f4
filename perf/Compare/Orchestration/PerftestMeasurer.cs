using System.Globalization;

namespace FastSockets.Perf;

/// <summary>ib_send_lat and ib_write_bw, both polling. Two new processes for each point.</summary>
internal sealed class PerftestMeasurer(CompareOptions options)
{
    private const int Attempts = 3;

    // As few as perftest takes.
    private const int Fewest = 5;

    private readonly Dictionary<Point, double> _secondsPerMessage = [];
    private readonly StartCost _starts = new(options);
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
        var start = await _starts.OfAsync(
            Names.Of(point.Pattern), () => RunAsync(point with { Size = 64 }, Fewest, cancellation)).ConfigureAwait(false);
        double perMessage = SecondsPerMessage(point);
        int count = Iterations(point, perMessage);
        ProgramRun run;
        try
        {
            run = await RunAsync(point, count, cancellation).ConfigureAwait(false);
        }
        catch (MeasurementException failure) when (failure.TimedOut)
        {
            // The next try is shorter.
            _secondsPerMessage[point] = 10 * perMessage;
            throw;
        }
        bool isLatency = point.Pattern == Pattern.PingPong;
        var figures = isLatency ? PerftestReport.Latency(run.Output) : PerftestReport.Bandwidth(run.Output);
        double value = figures[0].Value;
        if (value > 0)
            _secondsPerMessage[point] = isLatency ? value / 1e6 : point.Size / (value * 1e6);
        return [.. figures, .. CpuTime.Of(point, count, run, start)];
    }

    private Task<ProgramRun> RunAsync(Point point, int count, CancellationToken cancellation)
    {
        // Not the port of the run before, which may still be in TIME_WAIT.
        int port = ++_port;
        string[] Command(HostEnvironment host) =>
        [
            point.Pattern == Pattern.PingPong ? "ib_send_lat" : "ib_write_bw",
            "-F", "-d", host.Device, "-x", host.GidIndex, "-p", Text(port), "-s", Text(point.Size), "-n", Text(count),
        ];
        var server = options.Server;
        return ProgramPair.RunAsync(
            server.Start,
            Command(server.Environment),
            [.. Command(options.Here), server.Environment.Address],
            (_, waiting) => server.ListeningAsync(port, waiting),
            cancellation);
    }

    // What a message took in the round before, or a guess.
    private double SecondsPerMessage(Point point)
    {
        double guess = options.IsEmulated ? 100e-6 + point.Size / 100e6 : 10e-6 + point.Size / 1e9;
        return _secondsPerMessage.GetValueOrDefault(point, guess);
    }

    private int Iterations(Point point, double perMessage)
    {
        int least = point.Pattern == Pattern.PingPong ? Samples.Least : 10;
        return (int)Math.Clamp(options.Seconds / perMessage, least, 1_000_000);
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
