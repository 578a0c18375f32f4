using System.Globalization;

namespace FastSockets.Perf;

/// <summary>
/// Raw verbs: ib_send_lat, polling or sleeping on completion events, and ib_write_bw. Two new processes for each point.
/// </summary>
internal sealed class PerftestMeasurer(CompareOptions options) : IMeasurer
{
    private const int Attempts = 3;

    // With -e, ib_send_lat has both its completion queues on one channel and takes an event of either for the one it
    // wants. It survives that until its 100th iteration, whose send is signalled into a queue of one entry: on rxe the
    // queue then overflows and both ends hang.
    private const int MostWithEvents = 99;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Dictionary<Point, double> _secondsPerMessage = [];
    private readonly string _gidIndex = RdmaPort.GidIndexOf(options.Device, options.Address);
    private int _port = 18600;

    public TransportKind Transport => TransportKind.Verbs;

    /// <summary>ib_write_bw polls; perftest has no asynchronous wait.</summary>
    public static bool Supports(Point point) => point.Pattern switch
    {
        Pattern.PingPong => point.Wait != Wait.Async,
        Pattern.Stream => point.Wait == Wait.Spin,
        _ => false,
    };

    public async Task<IReadOnlyList<Figure>> MeasureAsync(Point point, CancellationToken cancellation)
    {
        string program = point.Pattern == Pattern.PingPong ? "ib_send_lat" : "ib_write_bw";
        string output = await RetryAsync(program, point, cancellation).ConfigureAwait(false);
        if (point.Pattern == Pattern.PingPong)
        {
            var latency = PerftestReport.Latency(output);
            _secondsPerMessage[point] = latency[0].Value / 1e6;
            return latency;
        }
        var bandwidth = PerftestReport.Bandwidth(output);
        _secondsPerMessage[point] = point.Size / (bandwidth[0].Value * 1e6);
        return bandwidth;
    }

    public void Dispose()
    {
    }

    private async Task<string> RetryAsync(string program, Point point, CancellationToken cancellation)
    {
        for (int attempt = 1; ; attempt++)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            limit.CancelAfter(Patience);
            try
            {
                return await RunAsync(program, Arguments(point), limit.Token).ConfigureAwait(false);
            }
            catch (MeasurementException failure) when (attempt < Attempts && !cancellation.IsCancellationRequested)
            {
                Progress.Say($"again: {failure.Message}");
            }
        }
    }

    private List<string> Arguments(Point point)
    {
        List<string> arguments =
        [
            "-F", "-d", options.Device, "-x", _gidIndex,
            // Not the port of the run before, which may still be in TIME_WAIT.
            "-p", (_port++).ToString(CultureInfo.InvariantCulture),
            "-s", point.Size.ToString(CultureInfo.InvariantCulture),
            "-n", Iterations(point).ToString(CultureInfo.InvariantCulture),
        ];
        if (point.Wait == Wait.Block)
            arguments.Add("-e");
        return arguments;
    }

    // perftest wants a count: the time that is wanted, divided by what a message took in the round before, or by a guess.
    private int Iterations(Point point)
    {
        double guess = options.IsEmulated ? 100e-6 + point.Size / 35e6 : 10e-6 + point.Size / 1e9;
        double perMessage = _secondsPerMessage.GetValueOrDefault(point, guess);
        int least = point.Pattern == Pattern.PingPong ? Samples.Least : 10;
        int most = point.Wait == Wait.Block ? MostWithEvents : 1_000_000;
        return (int)Math.Clamp(options.Seconds / perMessage, least, most);
    }

    private async Task<string> RunAsync(string program, List<string> arguments, CancellationToken cancellation)
    {
        using var server = ChildProcess.Start(program, arguments);
        // Both ends print the figures; the server's must be read all the same, or it could block on a full pipe.
        var serverOutput = server.Output.ReadToEndAsync(cancellation);
        try
        {
            await TcpPorts.ListeningAsync(_port - 1, cancellation).ConfigureAwait(false);
            using var client = ChildProcess.Start(program, [.. arguments, options.Address]);
            string output = await client.Output.ReadToEndAsync(cancellation).ConfigureAwait(false);
            int status = await client.WaitAsync(cancellation).ConfigureAwait(false);
            if (status != 0)
                throw new MeasurementException($"{program} ended with status {status}.\n{output}{client.Errors}");
            await server.WaitAsync(cancellation).ConfigureAwait(false);
            await serverOutput.ConfigureAwait(false);
            return output;
        }
        catch (OperationCanceledException)
        {
            throw new MeasurementException($"{program} {string.Join(' ', arguments)} did not end in time.\n{server.Errors}");
        }
    }
}
