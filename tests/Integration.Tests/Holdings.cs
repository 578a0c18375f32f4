using System.Diagnostics;
using System.Text.RegularExpressions;
using RdmaSharp.Tests.Device;

namespace FastSockets.Integration.Tests;

/// <summary>What the kernel counts: this process's threads, descriptors and pinned pages, and the objects of all RDMA devices.</summary>
internal sealed record Holdings(string Resources, int Descriptors, long Pinned, int Threads)
{
    private const int Attempts = 40;

    /// <summary>Nothing is left of what came since, at once or very soon. What other tests left behind may have gone meanwhile.</summary>
    public static void AssertBack(Holdings before)
    {
        Holdings now = Read();
        for (int attempt = 0; attempt < Attempts && !now.IsWithin(before); attempt++)
        {
            Thread.Sleep(250);
            now = Read();
        }

        Assert.True(now.IsWithin(before), $"{before} became {now}");
    }

    public static Holdings Read()
    {
        string status = File.ReadAllText("/proc/self/status");
        return new Holdings(ReadResources(), OpenDescriptors.Count(), Number(status, "VmPin") + Number(status, "VmLck"), CountThreads());
    }

    /// <summary>The objects of all RDMA devices, from rdma(8).</summary>
    public static string ReadResources()
    {
        using Process rdma = Process.Start(new ProcessStartInfo("rdma", ["resource", "show"]) { RedirectStandardOutput = true })!;
        string resources = rdma.StandardOutput.ReadToEnd();
        rdma.WaitForExit();
        Assert.Contains("qp", resources, StringComparison.Ordinal);
        return resources;
    }

    private bool IsWithin(Holdings other) =>
        Descriptors <= other.Descriptors && Pinned <= other.Pinned && Threads <= other.Threads &&
        AreWithin(Resources, other.Resources);

    /// <summary>No kind of object is there more often than before: links that other tests left may end at any time.</summary>
    public static bool AreWithin(string resources, string before) =>
        Counts(resources).Zip(Counts(before)).All(pair => pair.First <= pair.Second);

    private static IEnumerable<int> Counts(string resources) =>
        Regex.Matches(resources, @" (\d+)").Select(match => int.Parse(match.Groups[1].ValueSpan));

    /// <summary>Threads of this library; the runtime's come and go.</summary>
    private static int CountThreads() => Directory.GetDirectories("/proc/self/task").Count(thread =>
    {
        try
        {
            return File.ReadAllText(Path.Combine(thread, "comm")).StartsWith("FastSockets", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    });

    private static long Number(string status, string name) =>
        long.Parse(Regex.Match(status, $@"{name}:\s+(\d+)").Groups[1].ValueSpan);
}
