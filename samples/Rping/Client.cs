using System.Globalization;
using System.Text;
using RdmaSharp;

namespace Rping;

/// <summary>The active side: has its source buffer read and its sink written, and compares the two.</summary>
internal static class Client
{
    private const byte FirstCharacter = (byte)'A';
    private const byte LastCharacter = (byte)'z';

    internal static void Run(Options options)
    {
        using var channel = new CmEventChannel();
        using CmId id = channel.CreateId();
        id.ResolveAddress(options.Address, TimeSpan.FromSeconds(2));
        channel.Expect(CmEventType.AddressResolved, Options.Timeout);
        id.ResolveRoute(TimeSpan.FromSeconds(2));
        channel.Expect(CmEventType.RouteResolved, Options.Timeout);
        using var link = new Link(id, options.Size);
        id.Connect(new ConnectionParameters { ResponderResources = 1, InitiatorDepth = 1 });
        channel.Expect(CmEventType.Established, Options.Timeout);

        byte start = FirstCharacter;
        for (int ping = 0; options.Count == 0 || ping < options.Count; ping++)
        {
            Fill(link.Source.Span, ping, start);
            start = Next(start);
            link.SendInfo(link.Source);
            ReceiveGo(link);
            link.SendInfo(link.Sink);
            ReceiveGo(link);
            if (options.Validate && !link.Source.Span.SequenceEqual(link.Sink.Span))
                throw new InvalidDataException($"Ping {ping} came back with other bytes.");
            if (options.Verbose)
                Console.WriteLine("ping data: " + Text(link.Sink.Span));
        }
        id.Disconnect();
        channel.Expect(CmEventType.Disconnected, Options.Timeout);
    }

    internal static string Text(ReadOnlySpan<byte> buffer) =>
        Encoding.ASCII.GetString(buffer.IndexOf((byte)0) is var end and >= 0 ? buffer[..end] : buffer);

    private static void ReceiveGo(Link link)
    {
        if (!link.TryReceiveInfo(out _))
            throw new IOException("The server ended the connection.");
    }

    private static void Fill(Span<byte> buffer, int ping, byte character)
    {
        string head = string.Create(CultureInfo.InvariantCulture, $"rdma-ping-{ping}: ");
        Encoding.ASCII.TryGetBytes(head, buffer, out int length);
        foreach (ref byte place in buffer[length..^1])
        {
            place = character;
            character = Next(character);
        }
        buffer[^1] = 0;
    }

    private static byte Next(byte character) => character == LastCharacter ? FirstCharacter : (byte)(character + 1);
}
