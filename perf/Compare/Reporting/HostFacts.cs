using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace FastSockets.Perf;

/// <summary>Describes the machine and the versions of what runs on it.</summary>
internal static class HostFacts
{
    private const string Unknown = "unknown";

    public static RunEnvironment Describe(CompareOptions options, int roundsRun, IReadOnlyList<string> failures) => new()
    {
        Device = options.Device,
        ProvidedBy = options.ProvidedBy,
        Kernel = ReadLine("/proc/sys/kernel/osrelease"),
        Cpu = Field("/proc/cpuinfo", "model name", ':'),
        Cpus = Environment.ProcessorCount,
        Os = Field("/etc/os-release", "PRETTY_NAME", '='),
        Dotnet = RuntimeInformation.FrameworkDescription,
        RdmaCore = PackageVersion("libibverbs1"),
        Perftest = PackageVersion("perftest"),
        Commit = options.Commit,
        Date = DateTimeOffset.UtcNow,
        CommandLine = options.CommandLine,
        Address = options.Address,
        Netdev = RdmaPort.Netdev(options.Device),
        LinkMtu = RdmaPort.NetdevMtu(options.Device),
        PathMtu = PathMtu(options.Device),
        Seed = options.Seed,
        Rounds = roundsRun,
        SecondsPerFigure = options.Seconds,
        SpinBudgetUs = options.SpinBudget.TotalMicroseconds,
        File = Path.GetFileName(options.File),
        Notes = Notes(options),
        Failures = failures,
    };

    /// <summary>Machine, kernel, device and the path to it, in a line.</summary>
    public static string Describe(RunEnvironment environment) =>
        $"{environment.Device} on {environment.Netdev}, path MTU {environment.PathMtu}; {Provided(environment.ProvidedBy)}; "
        + $"Linux {environment.Kernel}, {environment.Cpus} x {environment.Cpu}";

    /// <summary>All that is known of the run, for a table.</summary>
    public static IEnumerable<(string Name, string Value)> Facts(RunEnvironment environment) =>
        from property in JsonSerializer.SerializeToElement(environment, JsonContext.Default.RunEnvironment).EnumerateObject()
        where property.Value.ValueKind != JsonValueKind.Array
        select (property.Name, property.Value.ToString());

    private static string Provided(string by) => by switch
    {
        "vm-tcg" => "Soft-RoCE in a virtual machine with an EMULATED processor: only ratios within this run mean anything",
        "vm-kvm" => "Soft-RoCE in a virtual machine: the device's cost is software's",
        "kernel" => "Soft-RoCE on this kernel: the device's cost is software's",
        _ => "hardware",
    };

    private static List<string> Notes(CompareOptions options)
    {
        List<string> notes =
        [
            "Client, server and device are on one machine. TCP passes through the kernel's loopback, with packets of up to "
                + "64 KiB; Soft-RoCE passes through its own, with packets of the path MTU and a CRC computed for each.",
            "Every value is the median over the rounds; rtt_p99 is the median of the rounds' 99th percentiles. Intervals: 95 %, by "
                + "Student's t on the logarithms of the rounds' values.",
            "Processor time is what the kernel charges to the process. Soft-RoCE does its work in softirqs, and so charges whoever "
                + "runs at the time: compare the sum of both ends, and on a busy machine not even that. Of perftest, UCX and "
                + "rstream it is the whole process's less that of a run of next to no messages.",
            $"block: Fast Sockets and verbs poll for {options.SpinBudget.TotalMicroseconds:0} us (the product's default, by what a wake-up "
                + "costs on this machine), then sleep; TCP sleeps in the kernel; rsockets polls for its own 10 us, then sleeps. spin: all poll.",
            "rsockets has its defaults: 128 KiB buffers each way, queues of 384, 64 bytes inline. rstream, with the same, tells means only.",
            "pipe and pool: memory of the connection's pipes and of FastMemoryPool, which the device knows; block, spin and async: arrays of "
                + "the program's own, which are copied.",
            "verbs: round trips by ib_send_lat, doubled (spin), and by perf/verbs/verbs-latency (block); bandwidth by ib_write_bw, "
                + "which polls, whatever the sockets beside it do.",
        ];
        if (options.IsEmulated)
        {
            notes.Add("The processor is emulated. Use ratios within this run only: no figure here says how fast anything is "
                + "on a real machine, and nanoseconds of code weigh otherwise than on one.");
        }
        if (options.Quick)
            notes.Add("A quick run: few rounds of short measurements. A repeated run may differ by tens of per cent.");
        return notes;
    }

    private static string PathMtu(string device)
    {
        string line = Run("ibv_devinfo", "-d", device).Split('\n')
            .FirstOrDefault(text => text.Contains("active_mtu", StringComparison.Ordinal)) ?? "";
        return line.Length == 0 ? Unknown : line[(line.IndexOf(':') + 1)..].Trim();
    }

    private static string PackageVersion(string package)
    {
        string version = Run("dpkg-query", "--show", "--showformat", "${Version}", package).Trim();
        return version.Length == 0 ? Unknown : version;
    }

    private static string ReadLine(string path) => File.Exists(path) ? File.ReadLines(path).First() : Unknown;

    private static string Field(string path, string name, char separator)
    {
        string? line = File.Exists(path)
            ? File.ReadLines(path).FirstOrDefault(text => text.StartsWith(name, StringComparison.Ordinal))
            : null;
        return line is null ? Unknown : line[(line.IndexOf(separator) + 1)..].Trim().Trim('"');
    }

    private static string Run(string program, params string[] arguments)
    {
        try
        {
            using var child = Process.Start(
                new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            return child.StandardOutput.ReadToEnd();
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "";
        }
    }
}
