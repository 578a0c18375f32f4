using System.Net;

namespace FastSockets.Perf;

/// <summary>Opens connections that have carried a byte each way, and says what they hold of memory.</summary>
internal static class IdleClient
{
    public static Figure[] Run(ITransport transport, IPEndPoint remote, Point point)
    {
        // What is there once for all of them comes with the first.
        using (var first = transport.Connect(remote, point.Wait))
            Exchange(first);
        var before = MemoryUse.Now();
        var connections = new List<IConnection>(point.Connections);
        for (int i = 0; i < point.Connections; i++)
        {
            connections.Add(transport.Connect(remote, point.Wait));
            Exchange(connections[i]);
        }
        var (held, pinned) = MemoryUse.Now().Since(before, point.Connections);
        foreach (var connection in connections)
            connection.Dispose();
        return [new(Metric.MemoryClient, held), new(Metric.PinnedClient, pinned)];
    }

    private static void Exchange(IConnection connection)
    {
        Span<byte> message = [1];
        connection.Send(message);
        connection.Fill(message);
    }
}
