using System.Diagnostics;

namespace FastSockets.Perf;

/// <summary>A program with its standard error kept for the day it fails. Disposing it kills what is left of it.</summary>
internal sealed class ChildProcess : IDisposable
{
    private const int ErrorLines = 40;

    private readonly Process _process;
    private readonly Queue<string> _errors = new();

    // The line after which the program's own output begins, until it has been read.
    private string? _mark;

    private ChildProcess(Process process, string? mark)
    {
        _process = process;
        _mark = mark;
    }

    public StreamWriter Input => _process.StandardInput;

    /// <summary>For a program whose output is not text.</summary>
    public Stream OutputStream => _process.StandardOutput.BaseStream;

    /// <param name="command">The program and its arguments.</param>
    public static ChildProcess Start(IReadOnlyList<string> command) => Start(command, mark: null);

    /// <param name="mark">The line after which the program's own output begins; what comes before is passed over.</param>
    public static ChildProcess Start(IReadOnlyList<string> command, string? mark)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var child = new ChildProcess(Process.Start(start)!, mark);
        child._process.ErrorDataReceived += (_, line) => child.KeepError(line.Data);
        child._process.BeginErrorReadLine();
        return child;
    }

    /// <summary>The next line of its output; null at the end.</summary>
    public async Task<string?> ReadLineAsync(CancellationToken cancellation)
    {
        await PassMarkAsync(cancellation).ConfigureAwait(false);
        return await _process.StandardOutput.ReadLineAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>What is left of its output, when it has ended.</summary>
    public async Task<string> ReadToEndAsync(CancellationToken cancellation)
    {
        await PassMarkAsync(cancellation).ConfigureAwait(false);
        return await _process.StandardOutput.ReadToEndAsync(cancellation).ConfigureAwait(false);
    }

    public async Task<int> WaitAsync(CancellationToken cancellation)
    {
        await _process.WaitForExitAsync(cancellation).ConfigureAwait(false);
        return _process.ExitCode;
    }

    public string Errors
    {
        get
        {
            lock (_errors)
                return string.Join(Environment.NewLine, _errors);
        }
    }

    public void Dispose()
    {
        try
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It has ended by itself.
        }
        _process.Dispose();
    }

    private async Task PassMarkAsync(CancellationToken cancellation)
    {
        while (_mark is not null
            && await _process.StandardOutput.ReadLineAsync(cancellation).ConfigureAwait(false) is { } line)
        {
            if (line == _mark)
                _mark = null;
        }
    }

    private void KeepError(string? line)
    {
        if (line is null)
            return;
        lock (_errors)
        {
            _errors.Enqueue(line);
            if (_errors.Count > ErrorLines)
                _errors.Dequeue();
        }
    }
}
