using System.Globalization;

namespace FastSockets.Perf;

/// <summary>
/// rstream of rdmacm-utils, the library's own benchmark of rsockets, with the buffers that rsockets have by default. Two new processes for
/// each point.
/// </summary>
internal sealed class RstreamMeasurer(CompareOptions options) : IMeasurer
{
    private const int BufferSize = 128 << 10;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly StartCost _starts = new(options);
    private int _port = 18900;

    public TransportKind Transport => TransportKind.Rstream;

    public async Task<IReadOnlyList<Figure>> MeasureAsync(Point point, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Patience);
        var shortest = point with { Pattern = Pattern.PingPong, Size = 64 };
        var start = await _starts.OfAsync(Names.Of(point.Wait), () => RunAsync(shortest, 1, limit.Token)).ConfigureAwait(false);
        long count = Count(point);
        var run = await RunAsync(point, count, limit.Token).ConfigureAwait(false);
        return point.Pattern == Pattern.PingPong
            ? [.. RstreamReport.Latency(run.Output), .. CpuTime.Of(point, count, run, start)]
            // What it streams it streams back.
            : [.. RstreamReport.Bandwidth(run.Output, point.Size), .. CpuTime.Of(point, 2 * count, run, start)];
    }

    public void Dispose()
    {
    }

    private Task<ProgramRun> RunAsync(Point point, long count, CancellationToken cancellation)
    {
        bool isLatency = point.Pattern == Pattern.PingPong;
        // Line by line: its first says that the server listens.
        string address = options.Server.Environment.Address;
        string[] command =
        [
            "stdbuf", "-oL", "rstream", "-p", Text(++_port), "-B", Text(BufferSize), "-S", Text(point.Size),
            "-I", Text(isLatency ? count : 1), "-C", Text(isLatency ? 1 : count),
            "-T", point.Wait == Wait.Block ? "blocking" : "nonblocking",
        ];
        return ProgramPair.RunAsync(
            options.Server.Start,
            [.. command, "-b", address],
            [.. command, "-s", address],
            static (server, waiting) => server.ReadLineAsync(waiting),
            cancellation);
    }

    private long Count(Point point)
    {
        double perTransfer = options.IsEmulated ? 100e-6 + (point.Size / 80e6) : 3e-6 + (point.Size / 3e9);
        double seconds = point.Pattern == Pattern.Stream ? options.Seconds / 2 : options.Seconds;
        return (long)Math.Clamp(seconds / perTransfer, Samples.Least, 1_000_000);
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
