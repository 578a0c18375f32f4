namespace FastSockets.Perf;

/// <summary>The far end of <see cref="IdleClient"/>, with its own memory.</summary>
internal static class IdleServer
{
    public static Figure[] Run(IListener listener, Point point)
    {
        using (var first = listener.Accept())
        {
            Echo(first);
            AwaitEnd(first);
        }
        var before = MemoryUse.Now();
        var connections = new List<IConnection>(point.Connections);
        for (int i = 0; i < point.Connections; i++)
        {
            connections.Add(listener.Accept());
            Echo(connections[i]);
        }
        var (held, pinned) = MemoryUse.Now().Since(before, point.Connections);
        foreach (var connection in connections)
        {
            AwaitEnd(connection);
            connection.Dispose();
        }
        return [new(Metric.MemoryServer, held), new(Metric.PinnedServer, pinned)];
    }

    private static void Echo(IConnection connection)
    {
        Span<byte> message = stackalloc byte[1];
        connection.Fill(message);
        connection.Send(message);
    }

    private static void AwaitEnd(IConnection connection)
    {
        if (connection.Receive(stackalloc byte[1]) != 0)
            throw new InvalidDataException("Expected the end of the stream.");
    }
}
