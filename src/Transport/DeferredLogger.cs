using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;

namespace FastSockets.Transport;

/// <summary>
/// Hands lines on in their order, on the thread pool. They are written under a link's lock, or by the thread that makes links: a logger
/// that sends them by this very transport would wait for itself.
/// </summary>
internal sealed class DeferredLogger(ILogger inner) : ILogger, IThreadPoolWorkItem
{
    private readonly ConcurrentQueue<Action> _lines = new();
    private int _count;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => inner.BeginScope(state);

    public bool IsEnabled(LogLevel logLevel) => inner.IsEnabled(logLevel);

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        _lines.Enqueue(() => inner.Log(logLevel, eventId, state, exception, formatter));
        // Who makes it one asks for the thread that goes on until it is none.
        if (Interlocked.Increment(ref _count) == 1)
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    [SuppressMessage("Design", "CA1031", Justification = "A logger that fails, or is gone before the transport is, must not end the process.")]
    void IThreadPoolWorkItem.Execute()
    {
        do
        {
            _lines.TryDequeue(out Action? line);
            try
            {
                line!();
            }
            catch (Exception)
            {
            }
        }
        while (Interlocked.Decrement(ref _count) > 0);
    }
}
