using System.Diagnostics;
using System.Net;

namespace FastSockets.Perf;

/// <summary>Connects, exchanges one byte and closes, again and again, with a peer that it has met before.</summary>
internal sealed class ConnectClient
{
    /// <summary>The byte of the last connection: the server stops accepting.</summary>
    public const byte Last = 0;

    // Far below the ephemeral ports that closed TCP connections hold for a minute.
    private const int Most = 4000;

    private bool _hasConnected;

    public Figure[] Run(ITransport transport, IPEndPoint remote, Wait wait, Pace pace)
    {
        long first = Stopwatch.GetTimestamp();
        Visit(transport, remote, wait, 1);
        first = Stopwatch.GetTimestamp() - first;
        Repeat(transport, remote, wait, pace.WarmUp, out _);
        int count = Repeat(transport, remote, wait, pace.Measure, out long ticks);
        Visit(transport, remote, wait, Last);
        var rate = new Figure(Metric.ConnectsPerSecond, count / Pace.ToSeconds(ticks));
        // There is one first time: repeated in later rounds, it would look like as many measurements.
        Figure[] figures = _hasConnected ? [rate] : [rate, new(Metric.FirstConnect, Pace.ToMicroseconds(first))];
        _hasConnected = true;
        return figures;
    }

    private static int Repeat(ITransport transport, IPEndPoint remote, Wait wait, long enough, out long ticks)
    {
        int count = 0;
        long start = Stopwatch.GetTimestamp();
        do
        {
            Visit(transport, remote, wait, 1);
            count++;
            ticks = Stopwatch.GetTimestamp() - start;
        }
        while (ticks < enough && count < Most);
        return count;
    }

    public static void Visit(ITransport transport, IPEndPoint remote, Wait wait, byte value)
    {
        using var connection = transport.Connect(remote, wait);
        Span<byte> message = [value];
        connection.Send(message);
        connection.Fill(message);
        if (message[0] != value)
            throw new InvalidDataException("The echo is not what was sent.");
    }
}
