using System.Diagnostics;
using System.Globalization;
using System.Threading.Channels;

namespace FastSockets.Packages.Tests;

/// <summary>A sample as a process, stopped at the latest when disposed.</summary>
internal sealed class Sample : IDisposable
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();
    private readonly Process _process;
    private readonly string _name;

    // Of its output and its errors.
    private int _ended;

    public Sample(string name, params string[] arguments)
        : this((null, null), name, arguments)
    {
    }

    /// <param name="variable">Of its environment.</param>
    /// <param name="name">The project's name.</param>
    /// <param name="arguments">Its arguments.</param>
    public Sample((string? Name, string? Value) variable, string name, params string[] arguments)
        : this(
            variable, name, ["dotnet", Repository.PathOf("samples", name, "bin", Repository.Configuration, "net10.0", $"{name}.dll")],
            arguments)
    {
    }

    private Sample((string? Name, string? Value) variable, string name, string[] program, string[] arguments)
    {
        _name = name;
        // It must not outlive a test run that is killed, by much.
        var start = new ProcessStartInfo("timeout", ["--foreground", "-k", "10", "180", .. program, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (variable.Name is { } named)
            start.Environment[named] = variable.Value;
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Take(line.Data);
        _process.ErrorDataReceived += (_, line) => Take(line.Data is null ? null : $"error: {line.Data}");
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>One compiled ahead of time, which tests/run has published.</summary>
    public static Sample Native(string name, params string[] arguments) =>
        new((null, null), name, [Repository.PathOf("samples", name, "bin", "native", name)], arguments);

    public StreamWriter Input => _process.StandardInput;

    /// <summary>Waits for a line with this text in it.</summary>
    public async Task<string> ReadLineWithAsync(string text)
    {
        var seen = new List<string>();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Limit);
        try
        {
            while (true)
            {
                string line = await _lines.Reader.ReadAsync(limit.Token);
                if (line.Contains(text, StringComparison.Ordinal))
                    return line;
                seen.Add(line);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ChannelClosedException)
        {
            throw new InvalidOperationException($"{_name} did not write '{text}' but: {string.Join(" | ", seen)}", e);
        }
    }

    /// <summary>Of a sample that was given port 0: the one that it says it listens on.</summary>
    public async Task<string> ReadPortAsync(string text = "listening on ")
    {
        string line = await ReadLineWithAsync(text);
        string address = line[(line.IndexOf(text, StringComparison.Ordinal) + text.Length)..].Split(' ')[0];
        string port = new([.. address.TrimEnd(':')[(address.TrimEnd(':').LastIndexOf(':') + 1)..].TakeWhile(char.IsAsciiDigit)]);
        return int.Parse(port, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture);
    }

    public async Task<int> ExitAsync()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Limit);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    private void Take(string? line)
    {
        if (line is not null)
            _lines.Writer.TryWrite(line);
        else if (Interlocked.Increment(ref _ended) == 2)
            _lines.Writer.Complete();
    }
}
