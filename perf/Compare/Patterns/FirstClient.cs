using System.Diagnostics;
using System.Net;

namespace FastSockets.Perf;

/// <summary>
/// Connects, exchanges one byte and closes, each time as if the peer had never been met; the code has run before. Only the
/// visits are timed, not the forgetting.
/// </summary>
internal static class FirstClient
{
    private const int WarmUps = 1;
    private const int Visits = 5;

    public static Figure[] Run(ITransport transport, IPEndPoint remote, Wait wait)
    {
        long ticks = 0;
        for (int i = -WarmUps; i < Visits; i++)
        {
            transport.Forget();
            long start = Stopwatch.GetTimestamp();
            ConnectClient.Visit(transport, remote, wait, 1);
            if (i >= 0)
                ticks += Stopwatch.GetTimestamp() - start;
        }
        ConnectClient.Visit(transport, remote, wait, ConnectClient.Last);
        return [new(Metric.ConnectsPerSecond, Visits / Pace.ToSeconds(ticks))];
    }
}
