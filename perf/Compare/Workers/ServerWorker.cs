using System.Net;

namespace FastSockets.Perf;

/// <summary>The far end: one listener for each kind of wait, and one connection at a time from the one that is asked for.</summary>
internal static class ServerWorker
{
    private static readonly Wait[] Waits = Enum.GetValues<Wait>();

    public static int Run(TransportKind kind, IPAddress address) => kind == TransportKind.VerbsRdmaSharp
        ? RunVerbs(address)
        : RunSockets(SocketTransports.Of(kind), address);

    private static int RunVerbs(IPAddress address)
    {
        using var server = new VerbsServer(address);
        Worker.Reply(new WorkReply { Ports = Waits.ToDictionary(wait => wait, _ => server.Port) });
        return Worker.Run(server.Serve);
    }

    private static int RunSockets(ITransport transport, IPAddress address)
    {
        var listeners = Waits.ToDictionary(wait => wait, wait => transport.Listen(address, wait));
        Worker.Reply(new WorkReply { Ports = listeners.ToDictionary(pair => pair.Key, pair => pair.Value.Port) });
        return Worker.Run(request =>
        {
            Serve(listeners[request.Point.Wait], request.Point);
            return [];
        });
    }

    private static void Serve(IListener listener, Point point)
    {
        if (point.Pattern == Pattern.Connect)
        {
            ConnectServer.Run(listener);
            return;
        }
        using var connection = listener.Accept();
        switch (point.Pattern)
        {
            case Pattern.PingPong:
                PingPongServer.Run(connection, point);
                break;
            case Pattern.Stream:
                StreamServer.Run(connection, point);
                break;
            case Pattern.File:
                FileServer.Run(connection);
                break;
        }
    }
}
