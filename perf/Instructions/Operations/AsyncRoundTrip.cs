using System.Net;

namespace FastSockets.Perf.Instructions;

/// <summary>A message and its echo, awaited on the thread pool.</summary>
internal sealed class AsyncRoundTrip(int size, int perBlock) : PathOperation
{
    public override string Name => $"async-round-trip-{size}";

    public override Wait Wait => Wait.Async;

    public override bool Suits(string transport) => !Ends.IsRSockets(transport);

    public override double Count(ITransport transport, IPEndPoint remote)
    {
        byte[] message = GC.AllocateArray<byte>(size, pinned: true);
        using IConnection connection = transport.Connect(remote, Wait);
        double instructions = Blocks.Count(perBlock, () =>
            Task.Run(() => ExchangeAsync(connection, message)).GetAwaiter().GetResult());
        connection.FinishSending();
        return instructions;
    }

    public override void Serve(ITransport transport, IListener listener, IPAddress address)
    {
        byte[] message = GC.AllocateArray<byte>(size, pinned: true);
        using IConnection connection = listener.Accept();
        Task.Run(() => EchoAsync(connection, message)).GetAwaiter().GetResult();
    }

    private async Task ExchangeAsync(IConnection connection, byte[] message)
    {
        for (int i = 0; i < perBlock; i++)
        {
            await connection.SendAsync(message).ConfigureAwait(false);
            for (int filled = 0; filled < message.Length;)
            {
                int got = await connection.ReceiveAsync(message.AsMemory(filled)).ConfigureAwait(false);
                filled = got > 0 ? filled + got : throw new EndOfStreamException();
            }
        }
    }

    private static async Task EchoAsync(IConnection connection, byte[] message)
    {
        while (true)
        {
            for (int filled = 0; filled < message.Length;)
            {
                int got = await connection.ReceiveAsync(message.AsMemory(filled)).ConfigureAwait(false);
                if (got == 0)
                    return;
                filled += got;
            }
            await connection.SendAsync(message).ConfigureAwait(false);
        }
    }
}
