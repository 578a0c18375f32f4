using System.Diagnostics;
using System.Net;

namespace FastSockets.Perf;

/// <summary>Sends messages over many connections in turn, and waits until the server says that it has them all.</summary>
internal sealed class ManyClient : IDisposable
{
    private const long FirstBatch = 1000;

    private readonly IConnection _control;
    private readonly IConnection[] _connections;
    private readonly byte[] _message;
    private readonly byte[] _reply = new byte[1];
    private long _total;

    private ManyClient(ITransport transport, IPEndPoint remote, Point point)
    {
        _control = transport.Connect(remote, point.Wait);
        _connections = [.. Enumerable.Range(0, point.Connections).Select(_ => transport.Connect(remote, point.Wait))];
        _message = GC.AllocateArray<byte>((int)point.Size, pinned: true);
    }

    public static Figure[] Run(ITransport transport, IPEndPoint remote, Point point, Pace pace)
    {
        using var client = new ManyClient(transport, remote, point);
        return Task.Run(() => client.MeasureAsync(pace)).GetAwaiter().GetResult();
    }

    public void Dispose()
    {
        foreach (var connection in _connections)
            connection.Dispose();
        _control.Dispose();
    }

    private async Task<Figure[]> MeasureAsync(Pace pace)
    {
        var batches = new Batches(FirstBatch, pace);
        long ticks;
        do
        {
            ticks = await BatchAsync(batches.Count).ConfigureAwait(false);
        }
        while (!batches.IsLast(ticks));
        return [new(Metric.MessagesPerSecond, batches.Count / Pace.ToSeconds(ticks))];
    }

    private async Task<long> BatchAsync(long count)
    {
        long start = Stopwatch.GetTimestamp();
        _total += count * _message.Length;
        _control.SendCount(_total);
        for (long i = 0; i < count; i++)
            await _connections[i % _connections.Length].SendAsync(_message).ConfigureAwait(false);
        if (await _control.ReceiveAsync(_reply).ConfigureAwait(false) == 0)
            throw new EndOfStreamException();
        return Stopwatch.GetTimestamp() - start;
    }
}
