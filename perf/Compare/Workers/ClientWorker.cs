using System.Net;

namespace FastSockets.Perf;

/// <summary>The near end: connects, takes the figures of one point, and closes.</summary>
internal sealed class ClientWorker
{
    private readonly ITransport _transport;
    private readonly IPAddress _address;
    private readonly PingPongClient _pingPong;
    private readonly LoadClient _load;
    private readonly FileClient _file = new();
    private readonly ConnectClient _connect = new();

    public ClientWorker(ITransport transport, IPAddress address)
    {
        _transport = transport;
        _address = address;
        var samples = new Samples();
        _pingPong = new PingPongClient(samples);
        _load = new LoadClient(samples);
    }

    public static int Run(TransportKind kind, IPAddress address)
    {
        Func<WorkRequest, Figure[]> measure = kind == TransportKind.VerbsRdmaSharp
            ? new VerbsClient(address).Measure
            : new ClientWorker(SocketTransports.Of(kind), address).Measure;
        Worker.Reply(new WorkReply());
        return Worker.Run(measure);
    }

    private Figure[] Measure(WorkRequest request)
    {
        var point = request.Point;
        var remote = new IPEndPoint(_address, request.Port);
        var pace = new Pace(request.WarmUpSeconds, request.Seconds);
        switch (point.Pattern)
        {
            case Pattern.Connect:
                return _connect.Run(_transport, remote, point.Wait, pace);
            case Pattern.First:
                return FirstClient.Run(_transport, remote, point.Wait, pace);
            case Pattern.File:
                return _file.Run(_transport, remote, point.Wait, request.File!, point.Size, pace);
            case Pattern.Many:
                return ManyClient.Run(_transport, remote, point, pace);
            case Pattern.Memory:
                return MemoryClient.Run(_transport, remote, point);
        }
        using var connection = _transport.Connect(remote, point.Wait);
        var figures = point.Pattern switch
        {
            Pattern.PingPong => _pingPong.Run(connection, point, pace),
            Pattern.Load => _load.Run(connection, point, pace),
            _ => StreamClient.Run(connection, point, pace),
        };
        connection.FinishSending();
        return figures;
    }
}
