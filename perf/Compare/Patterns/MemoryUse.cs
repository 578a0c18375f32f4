using System.Globalization;

namespace FastSockets.Perf;

/// <summary>
/// What this process holds of memory, in bytes: live objects, and what is resident beside the collector's heap. The kernel's
/// own, such as a TCP socket's, is not in it.
/// </summary>
internal readonly record struct MemoryUse(long Held, long Pinned)
{
    public static MemoryUse Now()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        long committed = GC.GetGCMemoryInfo(GCKind.Any).TotalCommittedBytes;
        long live = GC.GetTotalMemory(forceFullCollection: true);
        string[] status = File.ReadAllLines("/proc/self/status");
        return new MemoryUse(Read(status, "VmRSS:") - committed + live, Read(status, "VmPin:"));
    }

    /// <summary>What came since <paramref name="before"/>, for each of so many connections. What else the process holds may also have shrunk.</summary>
    public (double Held, double Pinned) Since(MemoryUse before, int connections) =>
        (Math.Max(0, (double)(Held - before.Held) / connections),
            Math.Max(0, (double)(Pinned - before.Pinned) / connections));

    // "VmRSS:	    1944 kB"
    private static long Read(string[] status, string name) =>
        long.Parse(
            status.Single(line => line.StartsWith(name, StringComparison.Ordinal)).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1],
            CultureInfo.InvariantCulture) << 10;
}
