using System.Net;
using RdmaSharp;

namespace FastSockets.Perf;

/// <summary>The far end of a ping-pong on RdmaSharp: one client at a time.</summary>
internal sealed class VerbsServer : IDisposable
{
    /// <summary>The first byte of the last message.</summary>
    public const byte Last = 0;

    private readonly CmEventChannel _channel = new();
    private readonly CmId _listener;

    public VerbsServer(IPAddress address)
    {
        _listener = _channel.CreateId();
        _listener.Bind(new IPEndPoint(address, 0));
        _listener.Listen(1);
    }

    public int Port => _listener.LocalEndPoint!.Port;

    public Figure[] Serve(WorkRequest request)
    {
        using CmId id = _channel.Expect(CmEventType.ConnectRequest).Id;
        using var link = new VerbsLink(id, (int)request.Point.Size, request.Point.Wait);
        id.Accept(ConnectionParameters.Default);
        _channel.Expect(CmEventType.Established);
        byte mark;
        long count = 0;
        double cpu = 0;
        do
        {
            mark = link.Receive();
            link.Send(mark, last: mark == Last);
            link.ReapSend();
            // The first are the warm-up's, and compiled on the way.
            if (++count == Samples.Least)
                cpu = CpuClock.Microseconds;
        }
        while (mark != Last);
        cpu = CpuClock.Microseconds - cpu;
        _channel.Expect(CmEventType.Disconnected);
        return [new(Metric.CpuPerMessageServer, cpu / (count - Samples.Least))];
    }

    public void Dispose()
    {
        _listener.Dispose();
        _channel.Dispose();
    }
}
