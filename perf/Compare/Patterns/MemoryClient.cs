using System.Net;

namespace FastSockets.Perf;

/// <summary>
/// What an idle connection holds of memory: the differences between several numbers of connections, after as many others have been opened
/// and closed. So what is there once for all, and what is kept for the next connections, is in none.
/// </summary>
internal static class MemoryClient
{
    public const int Steps = 4;

    // Long enough for what is freed a moment after a connection's end.
    private static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(500);

    public static Figure[] Run(ITransport transport, IPEndPoint remote, Point point)
    {
        using var control = transport.Connect(remote, point.Wait);
        var idle = new IdleConnections(() => transport.Connect(remote, point.Wait), point.Connections);
        idle.Open(point.Connections, Ask);
        idle.FinishSending();
        idle.Close();
        Ask(control);
        Thread.Sleep(Settling);
        var uses = new MemoryUse[Steps];
        for (int i = 0; i < Steps; i++)
        {
            idle.Open(point.Connections / Steps, Ask);
            Ask(control);
            uses[i] = MemoryUse.Now();
        }
        var each = MemoryUse.Each(uses, point.Connections / Steps);
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
