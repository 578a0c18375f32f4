using System.Diagnostics.Metrics;

namespace RdmaSharp;

/// <summary>
/// The meter <c>RdmaSharp</c>: what this process holds of RDMA devices, and what their connection manager told it. Counted
/// where objects are made and events taken, beside system calls; posting and polling count nothing.
/// </summary>
internal static class RdmaMeter
{
    private static readonly Meter s_meter = new("RdmaSharp");
    private static readonly long[] s_cmEvents = new long[Enum.GetValues<CmEventType>().Length];
    private static readonly string[] s_cmEventNames = Enum.GetNames<CmEventType>();
    private static long s_queuePairs;
    private static long s_regions;
    private static long s_bytes;
    private static long s_registrations;

    static RdmaMeter()
    {
        s_meter.CreateObservableUpDownCounter(
            "rdmasharp.queue_pairs", () => Interlocked.Read(ref s_queuePairs), "{queue_pair}", "Queue pairs that exist.");
        s_meter.CreateObservableUpDownCounter(
            "rdmasharp.memory.regions", () => Interlocked.Read(ref s_regions), "{region}", "Memory regions that are registered.");
        s_meter.CreateObservableUpDownCounter(
            "rdmasharp.memory.registered", () => Interlocked.Read(ref s_bytes), "By", "Bytes in memory regions.");
        s_meter.CreateObservableCounter(
            "rdmasharp.memory.registrations", () => Interlocked.Read(ref s_registrations), "{region}",
            "Memory regions registered since the process began.");
        s_meter.CreateObservableCounter(
            "rdmasharp.cm.events", ReadCmEvents, "{event}", "Events of the connection manager, by type.");
    }

    public static void CountQueuePair(int change) => Interlocked.Add(ref s_queuePairs, change);

    public static void RegionAdded(nuint bytes)
    {
        Interlocked.Increment(ref s_regions);
        Interlocked.Increment(ref s_registrations);
        Interlocked.Add(ref s_bytes, (long)bytes);
    }

    public static void RegionRemoved(nuint bytes)
    {
        Interlocked.Decrement(ref s_regions);
        Interlocked.Add(ref s_bytes, -(long)bytes);
    }

    public static void CountEvent(CmEventType type)
    {
        // A kernel may know events that this enumeration does not.
        if ((uint)type < (uint)s_cmEvents.Length)
            Interlocked.Increment(ref s_cmEvents[(int)type]);
    }

    private static IEnumerable<Measurement<long>> ReadCmEvents()
    {
        for (int type = 0; type < s_cmEvents.Length; type++)
        {
            if (Interlocked.Read(ref s_cmEvents[type]) is > 0 and long count)
                yield return new(count, new KeyValuePair<string, object?>("rdmasharp.cm.event", s_cmEventNames[type]));
        }
    }
}
