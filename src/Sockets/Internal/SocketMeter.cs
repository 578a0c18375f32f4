using System.Diagnostics;
using System.Diagnostics.Metrics;
using FastSockets.Transport;
using FastSockets.Transport.Protocol;

namespace FastSockets.Internal;

/// <summary>
/// The meter <c>FastSockets</c>. Connections are counted as they are made; everything else is read, when somebody observes,
/// from the counters that the transport keeps anyway: sending and receiving cost nothing more.
/// </summary>
internal static class SocketMeter
{
    private const string Transport = "fastsockets.transport";
    private const string Role = "fastsockets.role";
    private const string Reason = "fastsockets.reason";
    private const string Device = "rdma.device";
    private const string Direction = "network.io.direction";
    private const string Kind = "fastsockets.kind";

    private static readonly Meter s_meter = new("FastSockets");

    // By role and reason, None standing for a connection by RDMA.
    private static readonly long[] s_connected = new long[Enum.GetValues<FallbackReason>().Length];
    private static readonly long[] s_accepted = new long[s_connected.Length];
    private static readonly (string, long[])[] s_roles = [("connect", s_connected), ("accept", s_accepted)];
    private static readonly string[] s_reasons = Enum.GetNames<FallbackReason>();

    private static readonly Histogram<double> s_setUp = s_meter.CreateHistogram(
        "fastsockets.connect.duration", "s", "Time that connecting took, attempts by RDMA before TCP included.",
        advice: new InstrumentAdvice<double>
        {
            HistogramBucketBoundaries = [0.00001, 0.00003, 0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10],
        });

    private static readonly (string, Func<TransferCounters, long>)[] s_directions =
    [
        ("transmit", static transfers => transfers.BytesSent),
        ("receive", static transfers => transfers.BytesReceived),
    ];

    private static readonly (string, Func<TransferCounters, long>)[] s_copies =
    [
        ("sent.inlined", static transfers => transfers.BytesInlined),
        ("sent.staged", static transfers => transfers.BytesStaged),
        ("sent.uncopied", static transfers => transfers.BytesSentUncopied),
        ("received.copied", static transfers => transfers.BytesCopiedOut),
        ("received.copied_twice", static transfers => transfers.BytesCopiedFromSpill),
        ("received.uncopied", static transfers => transfers.BytesReceivedDirect),
        ("received.handed_out", static transfers => transfers.BytesHandedOut),
    ];

    private static readonly (string, Func<TransferCounters, long>)[] s_stalls =
    [
        ("link", static transfers => transfers.LinkStalls),
        ("window", static transfers => transfers.WindowStalls),
    ];

    private static readonly (string, Func<TransferCounters, long>)[] s_adverts =
    [
        ("used", static transfers => transfers.AdvertsUsed),
        ("stale", static transfers => transfers.AdvertsStale),
        ("revoked", static transfers => transfers.AdvertsRevoked),
    ];

    static SocketMeter()
    {
        s_meter.CreateObservableCounter(
            "fastsockets.connections", ReadConnections, "{connection}", "Connections made, by transport and role.");
        s_meter.CreateObservableCounter(
            "fastsockets.fallbacks", ReadFallbacks, "{connection}", "Connections made by TCP, by the reason why not by RDMA.");
        s_meter.CreateObservableUpDownCounter(
            "fastsockets.connections.active", () => ReadEach(static engine => engine.Links.Sum(link => link.ConnectionCount)),
            "{connection}", "Connections by RDMA that are open.");
        s_meter.CreateObservableUpDownCounter(
            "fastsockets.links", () => ReadEach(static engine => engine.Links.Count), "{link}", "Links (queue pairs) to peers.");
        s_meter.CreateObservableCounter(
            "fastsockets.link.attempts", () => SharedNetwork.Current?.LinkAttempts ?? 0, "{link}",
            "Attempts to make a link, those that failed included.");
        s_meter.CreateObservableCounter(
            "fastsockets.io", () => ReadTransfers(Direction, s_directions), "By", "Bytes by RDMA, by direction.");
        s_meter.CreateObservableCounter(
            "fastsockets.copies", () => ReadTransfers(Kind, s_copies), "By",
            "Bytes by RDMA, by how they were copied, or were not.");
        s_meter.CreateObservableCounter(
            "fastsockets.stalls", () => ReadTransfers(Kind, s_stalls), "{stall}",
            "Times that data had to wait: for the link's credits and places, or for the peer's window.");
        s_meter.CreateObservableCounter(
            "fastsockets.posted_receives", () => ReadTransfers(Kind, s_adverts), "{receive}", "Receives posted to the peer.");
        s_meter.CreateObservableCounter(
            "fastsockets.wakeups", () => ReadEach(static engine => engine.WakeUps), "{wakeup}",
            "Times that a thread slept on a device and was woken.");
        s_meter.CreateObservableCounter(
            "fastsockets.receiver_not_ready", () => ReadEach(static engine => engine.ReceiverNotReady), "{message}",
            "Messages that found no buffer, of all processes, as the device counts them: 0 in normal running.");
    }

    /// <summary>Whether somebody wants to know how long connecting takes.</summary>
    public static bool IsSetUpTimed => s_setUp.Enabled;

    /// <summary>A connection was made from here.</summary>
    /// <param name="transport">By what.</param>
    /// <param name="reason">Why not by RDMA.</param>
    /// <param name="start">When it was begun, as <see cref="Stopwatch.GetTimestamp"/> has it; 0 if it was not timed.</param>
    public static void Connected(FastTransport transport, FallbackReason reason, long start)
    {
        Count(s_connected, transport, reason);
        if (start == 0)
            return;
        double took = Stopwatch.GetElapsedTime(start).TotalSeconds;
        s_setUp.Record(took, new KeyValuePair<string, object?>(Transport, NameOf(transport)));
    }

    public static void Accepted(FastTransport transport, FallbackReason reason) => Count(s_accepted, transport, reason);

    /// <summary>As it stands in tags.</summary>
    public static string NameOf(FastTransport transport) => transport switch
    {
        FastTransport.Rdma => "rdma",
        FastTransport.Tcp => "tcp",
        _ => "kernel",
    };

    private static void Count(long[] counts, FastTransport transport, FallbackReason reason)
    {
        // The kernel's other sockets are no concern of this meter's.
        if (transport is FastTransport.Rdma or FastTransport.Tcp)
            Interlocked.Increment(ref counts[(int)reason]);
    }

    private static IEnumerable<Measurement<long>> ReadConnections()
    {
        foreach ((string role, long[] counts) in s_roles)
        {
            long byRdma = Interlocked.Read(ref counts[(int)FallbackReason.None]);
            yield return new(byRdma, new(Transport, "rdma"), new(Role, role));
            yield return new(counts.Skip((int)FallbackReason.None + 1).Sum(), new(Transport, "tcp"), new(Role, role));
        }
    }

    private static IEnumerable<Measurement<long>> ReadFallbacks()
    {
        for (int reason = (int)FallbackReason.None + 1; reason < s_reasons.Length; reason++)
        {
            long count = Interlocked.Read(ref s_connected[reason]) + Interlocked.Read(ref s_accepted[reason]);
            if (count > 0)
                yield return new(count, new KeyValuePair<string, object?>(Reason, s_reasons[reason]));
        }
    }

    private static IEnumerable<Measurement<long>> ReadEach(Func<Engine, long> read)
    {
        foreach (Engine engine in SharedNetwork.Current?.Engines ?? [])
            yield return new(read(engine), new KeyValuePair<string, object?>(Device, engine.Device));
    }

    private static IEnumerable<Measurement<long>> ReadTransfers(string tag, (string Value, Func<TransferCounters, long> Read)[] kinds)
    {
        foreach (Engine engine in SharedNetwork.Current?.Engines ?? [])
        {
            TransferCounters transfers = engine.Transfers;
            foreach ((string value, Func<TransferCounters, long> read) in kinds)
                yield return new(read(transfers), new(Device, engine.Device), new(tag, value));
        }
    }
}
