using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace FastSockets.Integration.Tests.Hostile;

/// <summary>Keeps what was logged, for tests to look for.</summary>
internal sealed class RecordingLogger : ILogger
{
    private readonly ConcurrentQueue<string> _lines = new();

    /// <summary>What is done with a line besides, before it can be found.</summary>
    public Action<string>? Also { get; set; }

    /// <summary>Forgets all, since ports are used again: a peer is known by its own.</summary>
    public void Clear() => _lines.Clear();

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        string line = formatter(state, exception);
        Also?.Invoke(line);
        _lines.Enqueue(line);
    }

    /// <summary>The first line that contains all of <paramref name="parts"/>; null if it does not come.</summary>
    public string? Await(TimeSpan patience, params string[] parts)
    {
        long deadline = Environment.TickCount64 + (long)patience.TotalMilliseconds;
        while (true)
        {
            string? found = _lines.FirstOrDefault(line => parts.All(line.Contains));
            if (found is not null || Environment.TickCount64 > deadline)
                return found;

            Thread.Sleep(5);
        }
    }
}
