using System.Net;

namespace FastSockets.Perf.Instructions;

/// <summary>A block of messages one way and one byte back; the receiver takes what is there, as a stream's reader does.</summary>
internal sealed class MessageStream(int size, int perBlock) : PathOperation
{
    private const int ReceiveBuffer = 64 * 1024;

    public override string Name => $"stream-{size}";

    public override Wait Wait => Wait.Block;

    public override double Count(ITransport transport, IPEndPoint remote)
    {
        byte[] message = GC.AllocateArray<byte>(size, pinned: true);
        byte[] answer = GC.AllocateArray<byte>(1, pinned: true);
        using IConnection connection = transport.Connect(remote, Wait);
        double instructions = Blocks.Count(perBlock, () =>
        {
            for (int i = 0; i < perBlock; i++)
                connection.Send(message);
            connection.Fill(answer);
        });
        connection.FinishSending();
        return instructions;
    }

    public override void Serve(ITransport transport, IListener listener, IPAddress address)
    {
        byte[] buffer = GC.AllocateArray<byte>(ReceiveBuffer, pinned: true);
        using IConnection connection = listener.Accept();
        int due = size * perBlock;
        while (connection.Receive(buffer.AsSpan(0, Math.Min(due, buffer.Length))) is var got and > 0)
        {
            due -= got;
            if (due == 0)
            {
                connection.Send(buffer.AsSpan(0, 1));
                due = size * perBlock;
            }
        }
    }
}
