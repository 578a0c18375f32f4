using System.Net.NetworkInformation;

namespace FastSockets.Perf;

/// <summary>The machine of the clients, on which the servers run, too, where no peer is given.</summary>
internal sealed class ThisHost(HostEnvironment environment, string verbsLatencyProgram) : IServerHost
{
    public HostEnvironment Environment => environment;

    public IReadOnlyList<string> Program => Self;

    public string VerbsLatencyProgram => verbsLatencyProgram;

    /// <summary>The process is the program itself, or dotnet with the program as its first argument.</summary>
    public static IReadOnlyList<string> Self { get; } =
        Path.GetFileNameWithoutExtension(System.Environment.ProcessPath) == "dotnet"
            ? [System.Environment.ProcessPath!, typeof(ThisHost).Assembly.Location]
            : [System.Environment.ProcessPath!];

    public ChildProcess Start(IReadOnlyList<string> command) => ChildProcess.Start(command);

    public async Task ListeningAsync(int port, CancellationToken cancellation)
    {
        while (!IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Any(end => end.Port == port))
            await Task.Delay(5, cancellation).ConfigureAwait(false);
    }

    public void Dispose()
    {
    }
}
