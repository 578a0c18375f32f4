using System.Buffers.Binary;
using RdmaSharp;

namespace PingPong;

/// <summary>Answers each message of one client, then exits.</summary>
internal static class Server
{
    internal static void Run(Options options)
    {
        using var channel = new CmEventChannel();
        using CmId listener = channel.CreateId();
        listener.SetReuseAddress(true);
        listener.Bind(options.Address);
        listener.Listen(1);
        Console.WriteLine($"listening on {listener.LocalEndPoint}");

        CmEvent request = channel.Expect(CmEventType.ConnectRequest, Timeout.InfiniteTimeSpan);
        using CmId id = request.Id;
        int size = BinaryPrimitives.ReadInt32LittleEndian(request.PrivateData);
        int rounds = BinaryPrimitives.ReadInt32LittleEndian(request.PrivateData[4..]);
        bool block = request.PrivateData[8] != 0;
        using var link = new Link(id, size, block);
        id.Accept(ConnectionParameters.Default);
        channel.Expect(CmEventType.Established, Options.Timeout);
        for (int round = 0; round < rounds; round++)
        {
            link.Receive();
            link.Send();
        }
        channel.Expect(CmEventType.Disconnected, Options.Timeout);
    }
}
