using System.Diagnostics;
using System.Net;
using RdmaSharp;

namespace FastSockets.Perf;

/// <summary>The near end of a ping-pong on RdmaSharp.</summary>
internal sealed class VerbsClient(IPAddress address)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly Samples _samples = new();

    public Figure[] Measure(WorkRequest request)
    {
        using var channel = new CmEventChannel();
        using CmId id = channel.CreateId();
        id.ResolveAddress(new IPEndPoint(address, request.Port), Patience);
        channel.Expect(CmEventType.AddressResolved);
        id.ResolveRoute(Patience);
        channel.Expect(CmEventType.RouteResolved);
        using var link = new VerbsLink(id, (int)request.Point.Size, request.Point.Wait);
        id.Connect(ConnectionParameters.Default);
        channel.Expect(CmEventType.Established);

        var pace = new Pace(request.WarmUpSeconds, request.Seconds);
        Exchange(link, pace.WarmUp);
        double cpu = CpuClock.Microseconds;
        Exchange(link, pace.Measure);
        cpu = CpuClock.Microseconds - cpu;
        RoundTrip(link, VerbsServer.Last);
        id.Disconnect();
        channel.Expect(CmEventType.Disconnected);
        return
        [
            new(Metric.RoundTripMedian, _samples.Microseconds(0.5)),
            new(Metric.RoundTripP99, _samples.Microseconds(0.99)),
            new(Metric.CpuPerMessageClient, cpu / _samples.Count),
        ];
    }

    private void Exchange(VerbsLink link, long ticks)
    {
        _samples.Clear();
        long start = Stopwatch.GetTimestamp();
        byte mark = VerbsServer.Last;
        do
        {
            mark = mark == byte.MaxValue ? (byte)1 : (byte)(mark + 1);
            _samples.Add(RoundTrip(link, mark));
        }
        while (!_samples.AreEnough(Stopwatch.GetTimestamp() - start, ticks));
    }

    private static long RoundTrip(VerbsLink link, byte mark)
    {
        long start = Stopwatch.GetTimestamp();
        link.Send(mark, last: mark == VerbsServer.Last);
        byte echo = link.Receive();
        long ticks = Stopwatch.GetTimestamp() - start;
        link.ReapSend();
        return echo == mark ? ticks : throw new InvalidDataException("The echo is not what was sent.");
    }
}
