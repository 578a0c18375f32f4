using System.Net;

namespace FastSockets.Perf.Instructions;

/// <summary>A message and its echo, by blocking calls.</summary>
internal sealed class RoundTrip(int size, int perBlock) : PathOperation
{
    public override string Name => $"round-trip-{size}";

    public override Wait Wait => Wait.Block;

    public override double Count(ITransport transport, IPEndPoint remote)
    {
        byte[] message = GC.AllocateArray<byte>(size, pinned: true);
        using IConnection connection = transport.Connect(remote, Wait);
        double instructions = Blocks.Count(perBlock, () =>
        {
            for (int i = 0; i < perBlock; i++)
            {
                connection.Send(message);
                connection.Fill(message);
            }
        });
        connection.FinishSending();
        return instructions;
    }

    public override void Serve(ITransport transport, IListener listener, IPAddress address)
    {
        byte[] message = GC.AllocateArray<byte>(size, pinned: true);
        using IConnection connection = listener.Accept();
        while (connection.TryFill(message))
            connection.Send(message);
    }
}
