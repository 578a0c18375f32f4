using System.Net;

namespace FastSockets.Perf.Instructions;

/// <summary>Connect, one byte and its echo, close. Fast Sockets' link was made by what came before.</summary>
internal sealed class ShortConnection(int perBlock) : PathOperation
{
    /// <summary>The byte of the connection after which the server stops.</summary>
    private const byte Last = 0;

    public override string Name => "connect-echo-close";

    public override Wait Wait => Wait.Block;

    public override double Count(ITransport transport, IPEndPoint remote)
    {
        byte[] message = GC.AllocateArray<byte>(1, pinned: true);
        double instructions = Blocks.Count(perBlock, () =>
        {
            for (int i = 0; i < perBlock; i++)
                Visit(transport, remote, message, 1);
        });
        Visit(transport, remote, message, Last);
        return instructions;
    }

    public override void Serve(ITransport transport, IListener listener, IPAddress address)
    {
        byte[] message = GC.AllocateArray<byte>(1, pinned: true);
        do
        {
            using IConnection connection = listener.Accept();
            connection.Fill(message);
            byte value = message[0];
            connection.Send(message);
            if (connection.Receive(message) != 0)
                throw new InvalidDataException("Expected the end of the stream.");
            message[0] = value;
        }
        while (message[0] != Last);
    }

    private void Visit(ITransport transport, IPEndPoint remote, byte[] message, byte value)
    {
        using IConnection connection = transport.Connect(remote, Wait);
        message[0] = value;
        connection.Send(message);
        connection.Fill(message);
    }
}
