namespace FastSockets.Perf;

/// <summary>
/// A connection to another host, over which commands are started there. One serves them all: making one for each server would take
/// longer than many a measurement.
/// </summary>
internal sealed class Ssh : IDisposable
{
    private const string Mark = "fastsockets-peer";

    // The folder goes with the connection, whichever end it ends at. When no line has come for a minute the other end is gone, and sshd
    // may not know it for hours: it is ended, and with it all that was started by way of it.
    private const string Hold = $"""
        folder=$(mktemp -d /tmp/fastsockets-XXXXXXXX) || exit
        trap 'rm -rf "$folder"' EXIT
        printf '\n{Mark} %s %s\n' "$(uname -m)" "$folder"
        status=0
        while [ $status -eq 0 ]; do read -r -t 60; status=$?; done
        [ $status -le 128 ] || kill $PPID
        """;

    // Registered memory counts as locked memory, whose usual limit is a few MB. What the shell's own files print comes before the mark.
    private const string Run = $$"""
        limits='--memlock=unlimited:unlimited --nofile=65536:65536'
        { prlimit --pid $$ $limits || sudo -n prlimit --pid $$ $limits; } 2>/dev/null
        PATH=$PATH:/usr/sbin:/sbin
        printf '\n{{Mark}}\n'
        exec "$@"
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(15);

    // They name files and devices of this host.
    private static readonly string[] OfThisHost =
    [
        "FASTSOCKETS_DEVICES", "DOTNET_STARTUP_HOOKS", "DOTNET_ADDITIONAL_DEPS", "DOTNET_SHARED_STORE", "DOTNET_DiagnosticPorts",
    ];

    private readonly DirectoryInfo _sockets = Directory.CreateTempSubdirectory("fastsockets-");
    private readonly string _program;
    private readonly string _host;
    private readonly ChildProcess _connection;
    private readonly Timer _beats;

    private Ssh(string program, string host)
    {
        _program = program;
        _host = host;
        _connection = ChildProcess.Start(Command(["-M"], ["bash", "-c", Hold]));
        _beats = new Timer(_ => SayThatWeLive(), null, Beat, Beat);
    }

    /// <summary>Of the other host, as uname has it.</summary>
    public string Machine { get; private set; } = "";

    /// <summary>A new one on the other host, there until this is disposed or the connection ends.</summary>
    public string Folder { get; private set; } = "";

    /// <param name="program">The program ssh.</param>
    /// <exception cref="MeasurementException">The host is not reached, or asks for a password.</exception>
    public static async Task<Ssh> ConnectAsync(string host, CancellationToken cancellation, string program = "ssh")
    {
        var ssh = new Ssh(program, host);
        try
        {
            // What the shell's own files print comes before.
            string? line;
            do
                line = await ssh._connection.ReadLineAsync(cancellation).ConfigureAwait(false);
            while (line?.StartsWith(Mark, StringComparison.Ordinal) == false);
            if (line?.Split(' ', 3) is not [_, var machine, var folder])
            {
                int status = await ssh._connection.WaitAsync(cancellation).ConfigureAwait(false);
                throw new MeasurementException(
                    $"{host} is not reached by ssh without a password (status {status}). {ssh._connection.Errors}");
            }
            ssh.Machine = machine;
            ssh.Folder = folder;
            return ssh;
        }
        catch
        {
            ssh.Dispose();
            throw;
        }
    }

    /// <summary>Starts a command with the variables of this process that concern Fast Sockets and .NET wherever it runs.</summary>
    public ChildProcess Start(IEnumerable<string> command) =>
        ChildProcess.Start(
            Command(["-o", "ControlMaster=no"], ["env", .. Variables(), "bash", "-c", Run, "bash", .. command]), Mark);

    public void Dispose()
    {
        // Also waits for the one that is being said.
        using (var said = new ManualResetEvent(false))
        {
            if (_beats.Dispose(said))
                said.WaitOne();
        }
        try
        {
            _connection.Input.Close();
            using var limit = new CancellationTokenSource(Patience);
            _connection.WaitAsync(limit.Token).GetAwaiter().GetResult();
        }
        catch (Exception failure) when (failure is IOException or OperationCanceledException)
        {
            // It is broken, and the other host finds that out by itself.
        }
        _connection.Dispose();
        _sockets.Delete(recursive: true);
    }

    // ssh joins its arguments by spaces, and the other host's shell takes them apart.
    // What the user has set for other sessions does not hold.
    private string[] Command(string[] options, string[] command) =>
    [
        _program, .. options, "-T", "-S", Path.Combine(_sockets.FullName, "ssh"),
        "-o", "ControlPersist=no", "-o", "ClearAllForwardings=yes", "-o", "BatchMode=yes",
        "-o", "ConnectTimeout=10", "-o", "ServerAliveInterval=10", "-o", "ServerAliveCountMax=3",
        _host, string.Join(' ', command.Select(Quote)),
    ];

    private void SayThatWeLive()
    {
        try
        {
            _connection.Input.WriteLine();
            _connection.Input.Flush();
        }
        catch (IOException)
        {
            // Whoever uses the connection next finds that out.
        }
    }

    private static string Quote(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private static IEnumerable<string> Variables() =>
        from variable in Environment.GetEnvironmentVariables().Cast<System.Collections.DictionaryEntry>()
        let name = (string)variable.Key
        where !OfThisHost.Contains(name)
        where name.StartsWith("FASTSOCKETS_", StringComparison.Ordinal)
            || (name.StartsWith("DOTNET_", StringComparison.Ordinal) && !name.StartsWith("DOTNET_ROOT", StringComparison.Ordinal))
        select $"{name}={variable.Value}";
}
