using RdmaSharp;

namespace Rping;

/// <summary>The passive side: reads the client's source, writes it into the client's sink. Serves one client.</summary>
internal static class Server
{
    internal static void Run(Options options)
    {
        using var channel = new CmEventChannel();
        using CmId listener = channel.CreateId();
        listener.SetReuseAddress(true);
        listener.Bind(options.Address);
        listener.Listen(3);
        if (options.Verbose)
            Console.WriteLine($"listening on {listener.LocalEndPoint}");

        CmEvent request = channel.Expect(CmEventType.ConnectRequest, Timeout.InfiniteTimeSpan);
        using CmId id = request.Id;
        using var link = new Link(id, options.Size);
        id.Accept(new ConnectionParameters { ResponderResources = 1, InitiatorDepth = 1 });
        channel.Expect(CmEventType.Established, Options.Timeout);

        // The RDMA CM leaves the queue pair of the passive side alone: disconnecting too is what flushes the receive
        // that the loop below waits for.
        var watcher = new Thread(() =>
        {
            channel.Expect(CmEventType.Disconnected, Timeout.InfiniteTimeSpan);
            id.Disconnect();
        });
        watcher.Start();
        for (int ping = 0; options.Count == 0 || ping < options.Count; ping++)
        {
            if (!link.TryReceiveInfo(out BufferInfo source))
                break;
            link.Read(source);
            if (options.Verbose)
                Console.WriteLine("server ping data: " + Client.Text(link.Sink.Span));
            link.SendInfo(link.Sink);
            if (!link.TryReceiveInfo(out BufferInfo sink))
                throw new IOException("The client ended the connection in the middle of a ping.");
            link.Write(sink, Math.Min(source.Length, (uint)link.Sink.Length));
            link.SendInfo(link.Sink);
        }
        watcher.Join();
    }
}
