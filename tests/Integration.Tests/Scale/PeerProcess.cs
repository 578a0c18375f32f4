using System.Diagnostics;
using System.Globalization;

namespace FastSockets.Integration.Tests.Scale;

/// <summary>A <see cref="Peer"/> and what the kernel says of it.</summary>
internal sealed class PeerProcess : IDisposable
{
    public const string Role = "peer";

    /// <summary>sysconf(_SC_CLK_TCK), which Linux fixes for its user interface.</summary>
    private const double TicksPerSecond = 100;

    /// <summary>Ten thousand connections take their time where the processor is emulated.</summary>
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(10);

    private readonly Process _process = Process.Start(new ProcessStartInfo(
        "dotnet", [typeof(PeerProcess).Assembly.Location, Role])
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
    })!;

    private string Folder => $"/proc/{_process.Id}";

    /// <summary>Resident memory in bytes.</summary>
    public long Resident => Status("VmRSS");

    /// <summary>Bytes that cannot be moved or paged out.</summary>
    public long Pinned => Status("VmPin") + Status("VmLck");

    /// <summary>Sockets, event channels and device files; not the files that the runtime opens and closes as it pleases.</summary>
    public int Descriptors => Directory.GetFiles($"{Folder}/fd").Count(file =>
        new FileInfo(file).LinkTarget is { } target &&
        (target.StartsWith("socket:", StringComparison.Ordinal) || target.StartsWith("anon_inode:", StringComparison.Ordinal) ||
        target.StartsWith("/dev/infiniband", StringComparison.Ordinal)));

    /// <summary>Processor time used so far, in seconds. proc_pid_stat(5).</summary>
    public double ProcessorTime
    {
        get
        {
            string stat = File.ReadAllText($"{Folder}/stat");
            // Behind the name, which may hold anything.
            string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return (long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture))
                / TicksPerSecond;
        }
    }

    public async Task<string> DoAsync(string command)
    {
        await _process.StandardInput.WriteLineAsync(command);
        await _process.StandardInput.FlushAsync();
        return await _process.StandardOutput.ReadLineAsync().WaitAsync(s_limit)
            ?? throw new InvalidOperationException("the peer has ended");
    }

    public async Task<double> AskAsync(string command) =>
        double.Parse(await DoAsync(command), CultureInfo.InvariantCulture);

    /// <summary>The process comes to its end, and closes nothing.</summary>
    public void End() => _process.StandardInput.Close();

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private long Status(string field)
    {
        string line = File.ReadLines($"{Folder}/status").First(line => line.StartsWith(field, StringComparison.Ordinal));
        return 1024 * long.Parse(line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }
}
