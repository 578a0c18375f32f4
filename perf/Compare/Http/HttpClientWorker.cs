using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace FastSockets.Perf;

/// <summary>Several clients of one HttpClient, each of which asks again as soon as it is answered.</summary>
internal sealed class HttpClientWorker : IDisposable
{
    /// <summary>
    /// Before the first measurement: of the first thousands of requests of two new processes a third of the time is the compiler's, who
    /// comes to this much code bit by bit.
    /// </summary>
    private const double FirstWarmUpSeconds = 6;

    /// <summary>
    /// Before the others: in a whole run minutes have passed since, HttpClient has closed its connections, and with them Fast Sockets its link.
    /// </summary>
    private const double WarmUpSeconds = 1.5;

    /// <summary>Times as long as other measurements: some hundred requests would say little.</summary>
    private const int Longer = 4;

    private readonly SocketsHttpHandler _handler = new();
    private readonly HttpClient _client;
    private readonly IPAddress _address;
    private bool _isWarm;

    private HttpClientWorker(TransportKind kind, IPAddress address)
    {
        _address = address;
        if (kind == TransportKind.FastSocketsRdma)
            _handler.UseFastSockets();
        _client = new HttpClient(_handler);
    }

    public static int Run(TransportKind kind, IPAddress address)
    {
        using var worker = new HttpClientWorker(kind, address);
        Worker.Reply(new WorkReply());
        return Worker.Run(request => Task.Run(() => worker.MeasureAsync(request)).GetAwaiter().GetResult());
    }

    public void Dispose()
    {
        _client.Dispose();
        _handler.Dispose();
    }

    private async Task<Figure[]> MeasureAsync(WorkRequest request)
    {
        var pace = new Pace(_isWarm ? WarmUpSeconds : FirstWarmUpSeconds, Longer * request.Seconds);
        _isWarm = true;
        var page = new Uri($"http://{new IPEndPoint(_address, request.Port)}/");
        await AskAsync(page, request.Point, pace.WarmUp).ConfigureAwait(false);
        double far = await FarMicrosecondsAsync(page).ConfigureAwait(false);
        double near = CpuClock.Microseconds;
        long start = Stopwatch.GetTimestamp();
        long count = await AskAsync(page, request.Point, pace.Measure).ConfigureAwait(false);
        double seconds = Pace.ToSeconds(Stopwatch.GetTimestamp() - start);
        near = CpuClock.Microseconds - near;
        far = await FarMicrosecondsAsync(page).ConfigureAwait(false) - far;
        return
        [
            new(Metric.RequestsPerSecond, count / seconds),
            new(Metric.CpuPerRequestClient, near / count),
            new(Metric.CpuPerRequestServer, far / count),
        ];
    }

    private async Task<double> FarMicrosecondsAsync(Uri page) => double.Parse(
        await _client.GetStringAsync(new Uri(page, "cpu")).ConfigureAwait(false), CultureInfo.InvariantCulture);

    private async Task<long> AskAsync(Uri page, Point point, long ticks)
    {
        long end = Stopwatch.GetTimestamp() + ticks;
        long[] counts = await Task.WhenAll(Enumerable.Range(0, point.Connections).Select(_ => LoopAsync())).ConfigureAwait(false);
        return counts.Sum();

        async Task<long> LoopAsync()
        {
            long count = 0;
            do
            {
                byte[] body = await _client.GetByteArrayAsync(page).ConfigureAwait(false);
                if (body.Length != point.Size)
                    throw new InvalidDataException($"The answer has {body.Length} bytes.");
                count++;
            }
            while (Stopwatch.GetTimestamp() < end);
            return count;
        }
    }
}
