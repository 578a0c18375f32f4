using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace FastSockets.Perf;

/// <summary>Describes the machine and the versions of what runs on it.</summary>
internal static class HostFacts
{
    private const string Unknown = "unknown";
    private const string Found = "device";

    /// <summary>This host.</summary>
    /// <param name="providedBy">What soft-roce/run says: a device that it finds may be Soft-RoCE all the same.</param>
    public static HostEnvironment Of(string device, string address, string providedBy) => new()
    {
        Device = device,
        ProvidedBy = providedBy != Found ? providedBy : IsEmulated ? "vm-tcg" : RdmaPort.IsSoftware(device) ? "kernel" : Found,
        Kernel = ReadLine("/proc/sys/kernel/osrelease"),
        Cpu = Cpu,
        Cpus = Environment.ProcessorCount,
        Os = Field("/etc/os-release", "PRETTY_NAME", '='),
        Dotnet = RuntimeInformation.FrameworkDescription,
        RdmaCore = PackageVersion("libibverbs1"),
        Perftest = PackageVersion("perftest"),
        Address = address,
        GidIndex = RdmaPort.GidIndexOf(device, address),
        Netdev = RdmaPort.Netdev(device),
        LinkMtu = RdmaPort.NetdevMtu(device),
        PathMtu = PathMtu(device),
    };

    public static RunEnvironment Of(CompareOptions options, int roundsRun, IReadOnlyList<string> failures) => new()
    {
        Device = options.Here.Device,
        ProvidedBy = options.Here.ProvidedBy,
        Kernel = options.Here.Kernel,
        Cpu = options.Here.Cpu,
        Cpus = options.Here.Cpus,
        Os = options.Here.Os,
        Dotnet = options.Here.Dotnet,
        RdmaCore = options.Here.RdmaCore,
        Perftest = options.Here.Perftest,
        Address = options.Here.Address,
        GidIndex = options.Here.GidIndex,
        Netdev = options.Here.Netdev,
        LinkMtu = options.Here.LinkMtu,
        PathMtu = options.Here.PathMtu,
        Peer = options.HasPeer ? options.Server.Environment : null,
        Commit = options.Commit,
        Date = DateTimeOffset.UtcNow,
        CommandLine = options.CommandLine,
        Seed = options.Seed,
        Rounds = roundsRun,
        SecondsPerFigure = options.Seconds,
        SpinBudgetUs = options.SpinBudget.TotalMicroseconds,
        File = Path.GetFileName(options.File),
        Notes = Notes(options),
        Failures = failures,
    };

    /// <summary>Machine, kernel, device and the path to it, in a line.</summary>
    public static string Describe(HostEnvironment host) =>
        $"{host.Device} on {host.Netdev}, path MTU {host.PathMtu}; {Provided(host.ProvidedBy)}; "
        + $"Linux {host.Kernel}, {host.Cpus} x {host.Cpu}";

    /// <summary>Of both hosts, where there are two.</summary>
    public static string DescribeEnds(RunEnvironment environment) => environment.Peer is not { } peer
        ? Describe(environment)
        : Describe(peer) == Describe(environment)
            ? $"two hosts alike: {Describe(peer)}"
            : $"clients: {Describe(environment)}; servers: {Describe(peer)}";

    /// <summary>All that is known of the run, for a table.</summary>
    public static IEnumerable<(string Name, string Value)> Facts(RunEnvironment environment) =>
        Facts(JsonSerializer.SerializeToElement(environment, JsonContext.Default.RunEnvironment), "");

    private static IEnumerable<(string Name, string Value)> Facts(JsonElement facts, string prefix) =>
        from property in facts.EnumerateObject()
        where property.Value.ValueKind is not (JsonValueKind.Array or JsonValueKind.Null)
        from fact in property.Value.ValueKind == JsonValueKind.Object
            ? Facts(property.Value, $"{property.Name} ")
            : [($"{prefix}{property.Name}", property.Value.ToString())]
        select fact;

    private static string Cpu => Field("/proc/cpuinfo", "model name", ':');

    private static bool IsEmulated => Cpu.StartsWith("QEMU TCG", StringComparison.Ordinal);

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
            options.HasPeer
                ? "Clients and servers are on two hosts. TCP passes through the interface that has the device's address, with packets of its "
                    + "MTU and whatever the adapter does for TCP; rows of *_client are of this host, rows of *_server of the peer, "
                    + $"and {Metric.KernelMemory} is of this host's kernel only."
                : "Client, server and device are on one machine. TCP passes through the kernel's loopback, with packets of up to "
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
