using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FastSockets.Perf;

/// <summary>
/// Bytes in use: of this process live objects and what malloc has given out, both counted and not estimated from pages; what it has
/// registered with devices, where its instruments say so; and of the whole kernel, what it has allocated for itself.
/// </summary>
internal readonly partial record struct MemoryUse(double Process, double? Registered, double Kernel)
{
    public static MemoryUse Now()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        long objects = GC.GetTotalMemory(forceFullCollection: true);
        var native = MallInfo();
        string[] kernel = File.ReadAllLines("/proc/meminfo");
        return new MemoryUse(
            objects + (double)(native[InUse] + native[Mapped]),
            Instrument.Read("RdmaSharp", "rdmasharp.memory.registered"),
            Read(kernel, "Slab:") + Read(kernel, "VmallocUsed:"));
    }

    /// <summary>
    /// What a connection takes, from what was in use after each of several steps by so many connections: the median of the differences,
    /// since in one of them something else may have been freed.
    /// </summary>
    public static MemoryUse Each(IReadOnlyList<MemoryUse> steps, int connections)
    {
        return new MemoryUse(
            Of(use => use.Process),
            steps.All(use => use.Registered is not null) ? Of(use => use.Registered!.Value) : null,
            Of(use => use.Kernel));

        double Of(Func<MemoryUse, double> part) =>
            Median.Of(steps.Zip(steps.Skip(1), (before, after) => (part(after) - part(before)) / connections));
    }

    private const int InUse = 7;
    private const int Mapped = 4;

    /// <summary>struct mallinfo2 of malloc.h.</summary>
    [InlineArray(10)]
    private struct MallocInfo
    {
        private nuint _first;
    }

    [LibraryImport("libc", EntryPoint = "mallinfo2")]
    private static partial MallocInfo MallInfo();

    // "Slab:            34568 kB"
    private static double Read(string[] lines, string name) =>
        1024 * double.Parse(
            lines.Single(line => line.StartsWith(name, StringComparison.Ordinal))
                .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1],
            CultureInfo.InvariantCulture);
}
