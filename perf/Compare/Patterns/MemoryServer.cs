namespace FastSockets.Perf;

/// <summary>The far end of <see cref="MemoryClient"/>, with its own memory.</summary>
internal static class MemoryServer
{
    public static Figure[] Run(IListener listener, Point point)
    {
        // Says that an end has done what the other waits for.
        using var control = listener.Accept();
        var idle = new IdleConnections(listener.Accept, 2 * point.Connections);
        idle.Open(2 * point.Connections, Answer);
        idle.Close();
        Answer(control);
        idle.Open(point.Connections, Answer);
        var before = MemoryUse.Now();
        Answer(control);
        idle.Open(point.Connections, Answer);
        var each = MemoryUse.Now().Since(before, point.Connections);
        Answer(control);
        idle.Close();
        return
        [
            new(Metric.MemoryServer, each.Process),
            .. each.Registered is { } registered ? new[] { new Figure(Metric.RegisteredServer, registered) } : [],
        ];
    }

    private static void Answer(IConnection connection)
    {
        Span<byte> message = stackalloc byte[1];
        connection.Fill(message);
        connection.Send(message);
    }
}
