using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;

namespace FastSockets.Perf;

/// <summary>
/// Another host, on which the servers run. This program and the .NET that it runs on are copied there, so that both ends run the same,
/// and all goes when this is disposed.
/// </summary>
internal sealed class Peer : IServerHost
{
    private readonly string _name;
    private readonly Ssh _ssh;

    private Peer(string name, Ssh ssh)
    {
        _name = name;
        _ssh = ssh;
        Program = [There("dotnet"), There(BaseFolder.Name, Path.GetFileName(typeof(Peer).Assembly.Location))];
    }

    public HostEnvironment Environment { get; private set; } = null!;

    public IReadOnlyList<string> Program { get; }

    public string VerbsLatencyProgram => There("verbs-latency");

    private static DirectoryInfo BaseFolder { get; } = new(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));

    /// <param name="address">Of the device there; null: of the first that soft-roce/run takes.</param>
    /// <param name="ssh">The program ssh.</param>
    /// <exception cref="MeasurementException">It cannot be used, and why.</exception>
    public static async Task<Peer> ConnectAsync(
        string name, string? address, string verbsLatencyProgram, CancellationToken cancellation, string ssh = "ssh")
    {
        var peer = new Peer(name, await Ssh.ConnectAsync(name, cancellation, ssh).ConfigureAwait(false));
        try
        {
            await peer.RefuseThisHostAsync(cancellation).ConfigureAwait(false);
            Progress.Say($"copying to {name}");
            await peer.CopyAsync(verbsLatencyProgram, cancellation).ConfigureAwait(false);
            peer.Environment = await peer.FindDeviceAsync(address, cancellation).ConfigureAwait(false);
            return peer;
        }
        catch
        {
            peer.Dispose();
            throw;
        }
    }

    public ChildProcess Start(IReadOnlyList<string> command) => _ssh.Start(command);

    public async Task ListeningAsync(int port, CancellationToken cancellation)
    {
        // 0A is LISTEN.
        string look = $"for i in {{1..600}}; do grep -q ':{port:X4} [0-9A-F]*:0000 0A ' /proc/net/tcp /proc/net/tcp6 && exit; "
            + $"sleep 0.05; done; echo 'nothing listens on port {port}' >&2; exit 1";
        await RunAsync(["bash", "-c", look], cancellation).ConfigureAwait(false);
    }

    public void Dispose() => _ssh.Dispose();

    private async Task RefuseThisHostAsync(CancellationToken cancellation)
    {
        const string Boot = "/proc/sys/kernel/random/boot_id";
        string there = await RunAsync(["cat", Boot], cancellation).ConfigureAwait(false);
        if (there == await File.ReadAllTextAsync(Boot, cancellation).ConfigureAwait(false))
            throw new MeasurementException($"{_name} is this host: without --peer both ends run here, and are reported so.");
    }

    private async Task CopyAsync(string verbsLatencyProgram, CancellationToken cancellation)
    {
        string machine = RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "aarch64" : "x86_64";
        if (_ssh.Machine != machine)
            throw new MeasurementException($"{_name} is {_ssh.Machine}, and this host {machine}: the same program cannot run on both.");

        string runtime = Path.GetFullPath(Path.TrimEndingDirectorySeparator(RuntimeEnvironment.GetRuntimeDirectory()));
        string dotnet = Path.GetFullPath(Path.Combine(runtime, "../../.."));
        string web = Path.GetDirectoryName(typeof(WebApplication).Assembly.Location)!;
        string verbs = Path.GetFullPath(verbsLatencyProgram);
        using var packing = ChildProcess.Start(
        [
            "tar", "-c", "--exclude=soft-roce/cache",
            "-C", dotnet, "dotnet", "host", Path.GetRelativePath(dotnet, runtime), Path.GetRelativePath(dotnet, web),
            "-C", BaseFolder.Parent!.FullName, BaseFolder.Name,
            "-C", Path.GetDirectoryName(verbs)!, Path.GetFileName(verbs),
            "-C", Directory.GetCurrentDirectory(), "soft-roce",
        ]);
        using var unpacking = Start(["tar", "-x", "--no-same-owner", "-C", _ssh.Folder]);
        try
        {
            await packing.OutputStream.CopyToAsync(unpacking.Input.BaseStream, cancellation).ConfigureAwait(false);
            unpacking.Input.Close();
        }
        catch (IOException)
        {
            // It has ended before its time, and says why.
        }
        if (await unpacking.WaitAsync(cancellation).ConfigureAwait(false) != 0)
            throw new MeasurementException($"Cannot copy to {_name}: {unpacking.Errors}");
        if (await packing.WaitAsync(cancellation).ConfigureAwait(false) != 0)
            throw new MeasurementException($"Cannot copy to {_name}: {packing.Errors}");
    }

    // By what finds it here, which also installs what is missing.
    private async Task<HostEnvironment> FindDeviceAsync(string? address, CancellationToken cancellation)
    {
        string[] find = ["env", "SOFT_ROCE=device", There("soft-roce", "run"), "--results", There("results"), "--", .. Program, "host"];
        using var child = Start([.. find, .. address is null ? Array.Empty<string>() : [address]]);
        string line = await ReadAsync(child, cancellation).ConfigureAwait(false);
        // What it installed, and that it could not raise a limit.
        foreach (string said in child.Errors.Split('\n').Where(said => said.StartsWith("soft-roce: ", StringComparison.Ordinal)))
            Progress.Say($"{_name}: {said}");
        try
        {
            return LineChannel.Parse(line, JsonContext.Default.HostEnvironment);
        }
        catch (JsonException)
        {
            throw new MeasurementException($"{_name} should have described itself, and said: {line}\n{child.Errors}");
        }
    }

    private async Task<string> RunAsync(IReadOnlyList<string> command, CancellationToken cancellation)
    {
        using var child = Start(command);
        return await ReadAsync(child, cancellation).ConfigureAwait(false);
    }

    private async Task<string> ReadAsync(ChildProcess child, CancellationToken cancellation)
    {
        string output = await child.ReadToEndAsync(cancellation).ConfigureAwait(false);
        int status = await child.WaitAsync(cancellation).ConfigureAwait(false);
        return status == 0 ? output : throw new MeasurementException($"{_name}: status {status}: {child.Errors}");
    }

    private string There(params string[] path) => Path.Combine([_ssh.Folder, .. path]);
}
