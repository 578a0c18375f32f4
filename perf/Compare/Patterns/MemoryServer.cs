namespace FastSockets.Perf;

/// <summary>The far end of <see cref="MemoryClient"/>, with its own memory.</summary>
internal static class MemoryServer
{
    public static Figure[] Run(IListener listener, Point point)
    {
        // Says that an end has done what the other waits for.
        using var control = listener.Accept();
        var idle = new IdleConnections(listener.Accept, point.Connections);
        idle.Open(point.Connections, Answer);
        idle.Close();
        Answer(control);
        var uses = new MemoryUse[MemoryClient.Steps];
        for (int i = 0; i < uses.Length; i++)
        {
            idle.Open(point.Connections / uses.Length, Answer);
            uses[i] = MemoryUse.Now();
            Answer(control);
        }
        var each = MemoryUse.Each(uses, point.Connections / uses.Length);
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
