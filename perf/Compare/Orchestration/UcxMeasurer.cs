using System.Globalization;

namespace FastSockets.Perf;

/// <summary>
/// ucx_perftest over rc_verbs, polling: UCP's tag matching, or the transport layer (UCT) below it, active messages there and
/// back and puts one way. Two new processes for each point.
/// </summary>
internal sealed class UcxMeasurer(TransportKind transport, CompareOptions options) : IMeasurer
{
    // Long enough for the set-up under emulation; a peer that stays silent is not waited for at every point.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    private const int Fewest = 5;

    private readonly StartCost _starts = new(options);
    private int _port = transport == TransportKind.UcxTag ? 19000 : 19500;

    public TransportKind Transport => transport;

    public async Task<IReadOnlyList<Figure>> MeasureAsync(Point point, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Patience);
        try
        {
            var start = await _starts.OfAsync(
                Names.Of(point.Pattern), () => RunAsync(point with { Size = 64 }, Fewest, Fewest, limit.Token))
                .ConfigureAwait(false);
            long warmUps = Count(point, options.WarmUpSeconds), count = Count(point, options.Seconds);
            var run = await RunAsync(point, warmUps, count, limit.Token).ConfigureAwait(false);
            return
            [
                .. point.Pattern == Pattern.PingPong ? UcxReport.Latency(run.Output) : UcxReport.Bandwidth(run.Output, point.Size),
                .. CpuTime.Of(point, warmUps + count, run, start),
            ];
        }
        catch (MeasurementException failure) when (failure.TimedOut && transport == TransportKind.UcxTag)
        {
            throw new MeasurementException(
                "UCP connects its RC queue pairs by datagrams of its own (ud_verbs); on this device they get no answer. "
                + failure.Message)
            {
                IsFinal = true,
            };
        }
    }

    public void Dispose()
    {
    }

    private string[] Test(Point point, HostEnvironment host)
    {
        bool isLatency = point.Pattern == Pattern.PingPong;
        if (transport == TransportKind.UcxTag)
            return ["-t", isLatency ? "tag_lat" : "tag_bw"];
        string[] device = ["-x", "rc_verbs", "-d", $"{host.Device}:1"];
        return isLatency ? [.. device, "-t", "am_lat", "-D", "bcopy"] : [.. device, "-t", "put_bw", "-D", "zcopy"];
    }

    private Task<ProgramRun> RunAsync(Point point, long warmUps, long count, CancellationToken cancellation)
    {
        int port = ++_port;
        string[] Command(HostEnvironment host) =>
        [
            "env", .. Variables(host), "ucx_perftest",
            .. Test(point, host), "-s", Text(point.Size), "-n", Text(count), "-w", Text(warmUps), "-p", Text(port), "-v",
        ];
        var server = options.Server;
        return ProgramPair.RunAsync(
            server.Start,
            Command(server.Environment),
            [.. Command(options.Here), server.Environment.Address],
            (_, waiting) => server.ListeningAsync(port, waiting),
            cancellation);
    }

    private long Count(Point point, double seconds)
    {
        double perMessage = options.IsEmulated ? 100e-6 + point.Size / 100e6 : 2e-6 + point.Size / 5e9;
        return (long)Math.Clamp(seconds / perMessage, Samples.Least, 1_000_000);
    }

    private static string[] Variables(HostEnvironment host) =>
    [
        $"UCX_NET_DEVICES={host.Device}:1", "UCX_TLS=rc_v,ud_v:aux", "UCX_WARN_UNUSED_ENV_VARS=n", $"UCX_IB_GID_INDEX={host.GidIndex}",
    ];

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
