using System.Diagnostics;
using System.Net;

namespace FastSockets.Perf;

/// <summary>
/// Connects, exchanges one byte and closes, each time as if the peer had never been met; the code has run before. Only the
/// visits are timed, not the forgetting, and all begin after the same rest: Fast Sockets' link takes up to a second to be
/// forgotten, in which a machine falls asleep, and who connects without any finds it awake. The median visit counts: one that
/// is the first to take a path waits for the path to be compiled, several times as long as a visit in an emulated machine.
/// </summary>
internal static class FirstClient
{
    // The second is the first that finds a link that has ended.
    private const int WarmUps = 2;
    private const int Least = 2;
    private const int VisitsPerSecond = 12;

    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(1200);

    public static Figure[] Run(ITransport transport, IPEndPoint remote, Wait wait, Pace pace)
    {
        int visits = Math.Max(Least, (int)(VisitsPerSecond * Pace.ToSeconds(pace.Measure)));
        var seconds = new List<double>(visits);
        for (int i = -WarmUps; i < visits; i++)
        {
            long start = Stopwatch.GetTimestamp();
            transport.Forget();
            if (Rest - Stopwatch.GetElapsedTime(start) is { Ticks: > 0 } left)
                Thread.Sleep(left);

            start = Stopwatch.GetTimestamp();
            ConnectClient.Visit(transport, remote, wait, 1);
            if (i >= 0)
                seconds.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
        ConnectClient.Visit(transport, remote, wait, ConnectClient.Last);
        return [new(Metric.ConnectsPerSecond, 1 / Median.Of(seconds))];
    }
}
