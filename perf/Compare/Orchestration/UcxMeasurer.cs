using System.ComponentModel;
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

    private int _port = transport == TransportKind.UcxTag ? 19000 : 19500;

    public TransportKind Transport => transport;

    public async Task<IReadOnlyList<Figure>> MeasureAsync(Point point, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Patience);
        int port = ++_port;
        string[] arguments = [.. Test(point), "-s", Text(point.Size), .. Iterations(point), "-p", Text(port), "-v"];
        try
        {
            string output = await ProgramPair.RunAsync(
                "ucx_perftest",
                arguments,
                [options.Address, .. arguments],
                (_, waiting) => TcpPorts.ListeningAsync(port, waiting),
                Variables(),
                limit.Token).ConfigureAwait(false);
            return point.Pattern == Pattern.PingPong
                ? UcxReport.Latency(output)
                : UcxReport.Bandwidth(output, point.Size);
        }
        catch (Win32Exception failure)
        {
            throw new MeasurementException($"ucx_perftest (package ucx-utils): {failure.Message}");
        }
        catch (MeasurementException failure) when (limit.IsCancellationRequested && transport == TransportKind.UcxTag)
        {
            throw new MeasurementException(
                "UCP connects its RC queue pairs by datagrams of its own (ud_verbs); on this device they get no answer. "
                + failure.Message);
        }
    }

    public void Dispose()
    {
    }

    private string[] Test(Point point)
    {
        bool isLatency = point.Pattern == Pattern.PingPong;
        if (transport == TransportKind.UcxTag)
            return ["-t", isLatency ? "tag_lat" : "tag_bw"];
        string[] device = ["-x", "rc_verbs", "-d", $"{options.Device}:1"];
        return isLatency ? [.. device, "-t", "am_lat", "-D", "bcopy"] : [.. device, "-t", "put_bw", "-D", "zcopy"];
    }

    private IEnumerable<string> Iterations(Point point)
    {
        double perMessage = options.IsEmulated ? 100e-6 + point.Size / 35e6 : 2e-6 + point.Size / 5e9;
        long Count(double seconds) => (long)Math.Clamp(seconds / perMessage, Samples.Least, 1_000_000);
        return ["-n", Text(Count(options.Seconds)), "-w", Text(Count(options.WarmUpSeconds))];
    }

    private Dictionary<string, string> Variables() => new()
    {
        ["UCX_NET_DEVICES"] = $"{options.Device}:1",
        ["UCX_TLS"] = "rc_v,ud_v:aux",
        ["UCX_WARN_UNUSED_ENV_VARS"] = "n",
        ["UCX_IB_GID_INDEX"] = RdmaPort.GidIndexOf(options.Device, options.Address),
    };

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
