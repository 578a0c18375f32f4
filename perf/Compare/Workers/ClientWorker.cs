using System.Net;

namespace FastSockets.Perf;

/// <summary>The near end: connects, takes the figures of one point, and closes.</summary>
internal sealed class ClientWorker(ITransport transport, IPAddress address)
{
    private readonly PingPongClient _pingPong = new(new Samples());
    private readonly FileClient _file = new();
    private readonly ConnectClient _connect = new();

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
        var remote = new IPEndPoint(address, request.Port);
        var pace = new Pace(request.WarmUpSeconds, request.Seconds);
        if (point.Pattern == Pattern.Connect)
            return _connect.Run(transport, remote, point.Wait, pace);

        using var connection = transport.Connect(remote, point.Wait);
        var figures = point.Pattern switch
        {
            Pattern.PingPong => _pingPong.Run(connection, point, pace),
            Pattern.Stream => StreamClient.Run(connection, point, pace),
            _ => _file.Run(connection, request.File!),
        };
        connection.FinishSending();
        return figures;
    }
}
