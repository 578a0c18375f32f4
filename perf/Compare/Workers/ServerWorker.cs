using System.Net;

namespace FastSockets.Perf;

/// <summary>The far end: one listener for each kind of wait, and one connection at a time from the one that is asked for.</summary>
internal static class ServerWorker
{
    private static readonly Wait[] Waits = Enum.GetValues<Wait>();

    public static int Run(TransportKind kind, IPAddress address) => kind == TransportKind.VerbsRdmaSharp
        ? RunVerbs(address)
        : RunSockets(kind, address);

    private static int RunVerbs(IPAddress address)
    {
        using var server = new VerbsServer(address);
        Worker.Reply(new WorkReply { Ports = Waits.ToDictionary(wait => wait, _ => server.Port) });
        return Worker.Run(server.Serve);
    }

    private static int RunSockets(TransportKind kind, IPAddress address)
    {
        var transport = SocketTransports.Of(kind);
        // No more than are needed: the heap of a process with five listening rsockets is soon corrupt (librdmacm 44).
        var waits = Waits.Where(wait => Offer.WhyNot(kind, new Point(Pattern.Stream, wait, 1)) is null);
        var listeners = waits.ToDictionary(wait => wait, wait => transport.Listen(address, wait));
        Worker.Reply(new WorkReply { Ports = listeners.ToDictionary(pair => pair.Key, pair => pair.Value.Port) });
        return Worker.Run(request => Serve(listeners[request.Point.Wait], request.Point));
    }

    private static Figure[] Serve(IListener listener, Point point)
    {
        switch (point.Pattern)
        {
            case Pattern.Connect:
            case Pattern.First:
                ConnectServer.Run(listener);
                return [];
            case Pattern.File:
                FileServer.Run(listener);
                return [];
            case Pattern.Many:
                ManyServer.Run(listener, point);
                return [];
            case Pattern.Memory:
                return MemoryServer.Run(listener, point);
            default:
                using (var connection = listener.Accept())
                    return Serve(connection, point);
        }
    }

    private static Figure[] Serve(IConnection connection, Point point)
    {
        switch (point.Pattern)
        {
            case Pattern.Stream:
                return StreamServer.Run(connection, point);
            case Pattern.Load:
                new PingPongServer().Run(connection, point);
                return [];
            default:
                return new PingPongServer().Run(connection, point);
        }
    }
}
