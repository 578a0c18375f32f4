using Microsoft.Extensions.Logging;

namespace FastSockets.Transport.Tests;

public sealed class DeferredLoggerTests
{
    [Fact]
    public async Task Lines_ComeInTheirOrder_UnderNoLockOfTheirWriter_AndOneThatFailsStopsNoOther()
    {
        const int Lines = 1000;
        var inner = new FailingLogger(Lines);
        var logger = new DeferredLogger(inner);
        lock (inner.Lock)
        {
            for (int i = 0; i < Lines; i++)
                logger.Log(LogLevel.Information, default, i, null, static (line, _) => $"{line}");

            // Had they been written here, this thread would have passed the lock.
            Assert.Empty(inner.Lines);
        }

        await inner.All.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        Assert.Equal(Enumerable.Range(0, Lines).Select(i => $"{i}"), inner.Lines);
    }

    private sealed class FailingLogger(int lines) : ILogger
    {
        private readonly TaskCompletionSource _all = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Lock Lock { get; } = new();

        public List<string> Lines { get; } = [];

        public Task All => _all.Task;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (Lock)
            {
                Lines.Add(formatter(state, exception));
                if (Lines.Count == lines)
                    _all.SetResult();
            }

            throw new InvalidOperationException("It is gone.");
        }
    }
}
