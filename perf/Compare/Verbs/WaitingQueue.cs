using System.Diagnostics;
using RdmaSharp;

namespace FastSockets.Perf;

/// <summary>A completion queue with events of its own, and how to wait for it.</summary>
internal sealed class WaitingQueue : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly CompletionChannel _channel;

    public WaitingQueue(RdmaContext context, int capacity)
    {
        _channel = context.CreateCompletionChannel();
        Queue = context.CreateCompletionQueue(capacity, _channel);
    }

    public CompletionQueue Queue { get; }

    /// <summary>Polls for so many ticks of <see cref="Stopwatch"/>, then sleeps; returns when one request has succeeded.</summary>
    public void TakeOne(long spinTicks)
    {
        long start = Stopwatch.GetTimestamp();
        do
        {
            if (TryTake())
                return;
        }
        while (Stopwatch.GetTimestamp() - start < spinTicks);
        while (true)
        {
            // Looks again after arming: what came in between raises no event.
            Queue.Arm();
            if (TryTake())
                return;
            if (!_channel.Wait(Patience))
                throw new TimeoutException("The peer is silent.");
            while (_channel.TryGetEvent(out _))
            {
            }
            if (TryTake())
                return;
        }
    }

    public void Dispose()
    {
        Queue.Dispose();
        _channel.Dispose();
    }

    private bool TryTake()
    {
        WorkCompletion completion = default;
        if (Queue.Poll(new Span<WorkCompletion>(ref completion)) == 0)
            return false;
        return completion.Status == WorkCompletionStatus.Success
            ? true
            : throw new IOException($"{completion.Operation} failed: {completion.Status}");
    }
}
