using System.Buffers.Binary;
using System.Net;
using Microsoft.AspNetCore.Builder;

namespace FastSockets.Perf.Instructions;

/// <summary>A request by HttpClient and Kestrel's answer of 512 bytes, on some connections at once.</summary>
internal sealed class HttpRequest(int connections, int perBlock) : PathOperation
{
    /// <summary>There is much code in this that runs for the first time, some of it only when requests meet.</summary>
    private static readonly TimeSpan s_warmUp = TimeSpan.FromSeconds(1);

    public override string Name => $"http-{connections}";

    public override Wait Wait => Wait.Async;

    public override bool Suits(string transport) => !Ends.IsRSockets(transport);

    public override double Count(ITransport transport, IPEndPoint remote)
    {
        using IConnection connection = transport.Connect(remote, Wait.Block);
        byte[] port = GC.AllocateArray<byte>(sizeof(int), pinned: true);
        connection.Fill(port);
        var page = new Uri($"http://{new IPEndPoint(remote.Address, BinaryPrimitives.ReadInt32LittleEndian(port))}/");
        using var handler = new SocketsHttpHandler();
        if (transport is FastSocketsTransport)
            handler.UseFastSockets();
        using var client = new HttpClient(handler);
        double instructions = Blocks.Count(
            perBlock, () => Task.Run(() => AskAsync(client, page)).GetAwaiter().GetResult(), warmUp: s_warmUp);
        connection.FinishSending();
        return instructions;
    }

    public override void Serve(ITransport transport, IListener listener, IPAddress address)
    {
        using IConnection connection = listener.Accept();
        using WebApplication application = HttpServerWorker.Start(transport is FastSocketsTransport, address, out int port);
        byte[] message = GC.AllocateArray<byte>(sizeof(int), pinned: true);
        BinaryPrimitives.WriteInt32LittleEndian(message, port);
        connection.Send(message);
        if (connection.Receive(message) != 0)
            throw new InvalidDataException("Expected the end of the stream.");
    }

    private Task AskAsync(HttpClient client, Uri page) =>
        Task.WhenAll(Enumerable.Range(0, connections).Select(async _ =>
        {
            for (int i = 0; i < perBlock / connections; i++)
                await client.GetByteArrayAsync(page).ConfigureAwait(false);
        }));
}
