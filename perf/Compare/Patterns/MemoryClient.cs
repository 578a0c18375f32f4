using System.Net;

namespace FastSockets.Perf;

/// <summary>
/// What an idle connection holds of memory: the difference between 2 N and N connections, by N, after 2 N others have been opened and
/// closed. So what is there once for all, and what is kept for the next connections, is in neither.
/// </summary>
internal static class MemoryClient
{
    // Long enough for what is freed a moment after a connection's end.
    private static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(500);

    public static Figure[] Run(ITransport transport, IPEndPoint remote, Point point)
    {
        using var control = transport.Connect(remote, point.Wait);
        var idle = new IdleConnections(() => transport.Connect(remote, point.Wait), 2 * point.Connections);
        idle.Open(2 * point.Connections, Ask);
        idle.FinishSending();
        idle.Close();
        Ask(control);
        Thread.Sleep(Settling);
        idle.Open(point.Connections, Ask);
        Ask(control);
        var before = MemoryUse.Now();
        idle.Open(point.Connections, Ask);
        Ask(control);
        var each = MemoryUse.Now().Since(before, point.Connections);
        idle.FinishSending();
        idle.Close();
        return
        [
            new(Metric.MemoryClient, each.Process),
            new(Metric.KernelMemory, each.Kernel),
            .. each.Registered is { } registered ? new[] { new Figure(Metric.RegisteredClient, registered) } : [],
        ];
    }

    private static void Ask(IConnection connection)
    {
        Span<byte> message = [1];
        connection.Send(message);
        connection.Fill(message);
    }
}
