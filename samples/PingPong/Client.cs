using System.Buffers.Binary;
using System.Diagnostics;
using RdmaSharp;

namespace PingPong;

/// <summary>Sends a message, waits for the answer, and so on; then prints the distribution of the round trip.</summary>
internal static class Client
{
    internal static void Run(Options options)
    {
        using var channel = new CmEventChannel();
        using CmId id = channel.CreateId();
        id.ResolveAddress(options.Address, TimeSpan.FromSeconds(2));
        channel.Expect(CmEventType.AddressResolved, Options.Timeout);
        id.ResolveRoute(TimeSpan.FromSeconds(2));
        channel.Expect(CmEventType.RouteResolved, Options.Timeout);

        using var link = new Link(id, options.Size, options.Block);
        Span<byte> wishes = stackalloc byte[9];
        BinaryPrimitives.WriteInt32LittleEndian(wishes, options.Size);
        BinaryPrimitives.WriteInt32LittleEndian(wishes[4..], options.Warmup + options.Iterations);
        wishes[8] = options.Block ? (byte)1 : (byte)0;
        id.Connect(ConnectionParameters.Default, wishes);
        channel.Expect(CmEventType.Established, Options.Timeout);

        long[] ticks = new long[options.Iterations];
        for (int round = -options.Warmup; round < options.Iterations; round++)
        {
            long start = Stopwatch.GetTimestamp();
            link.Send();
            link.Receive();
            if (round >= 0)
                ticks[round] = Stopwatch.GetTimestamp() - start;
        }
        Array.Sort(ticks);
        Report.Print(options, Microseconds(ticks, 0.50), Microseconds(ticks, 0.99));
        id.Disconnect();
        channel.Expect(CmEventType.Disconnected, Options.Timeout);
    }

    private static double Microseconds(long[] sorted, double quantile) =>
        sorted[(int)(quantile * (sorted.Length - 1))] * 1e6 / Stopwatch.Frequency;
}
