using System.Collections.Concurrent;

namespace FastSockets.Transport.Progress;

/// <summary>
/// Asynchronous waits that have ended, on their way to the thread pool: one queue for all of a device, and one work item at a time that
/// asks for a thread to run what is in it. A thread that takes one wait asks for another thread first if there are more, so that a
/// continuation that blocks holds up no other.
/// </summary>
/// <param name="ranEmpty">
/// Called by whoever takes the last wait out of the queue, before he runs it, on the thread pool. Until then there is more to do than
/// threads have come for.
/// </param>
internal sealed class EndedWaits(Action ranEmpty) : IThreadPoolWorkItem
{
    /// <summary>Milliseconds after which a thread goes back to the pool, whose other work waits, too.</summary>
    private const int Turn = 15;

    private readonly ConcurrentQueue<IThreadPoolWorkItem> _waits = new();
    private int _isScheduled;

    public bool IsEmpty => _waits.IsEmpty;

    public void Add(IThreadPoolWorkItem wait)
    {
        _waits.Enqueue(wait);
        Schedule();
    }

    void IThreadPoolWorkItem.Execute()
    {
        // Before the queue is looked at: who adds to it after that look asks for a thread of his own.
        Interlocked.Exchange(ref _isScheduled, 0);
        long start = Environment.TickCount64;
        while (_waits.TryDequeue(out IThreadPoolWorkItem? wait))
        {
            if (_waits.IsEmpty)
                ranEmpty();
            else
                Schedule();

            wait.Execute();
            if (Environment.TickCount64 - start >= Turn)
            {
                // Whoever has added to it meanwhile may have been told of a work item that was this one.
                if (!_waits.IsEmpty)
                    Schedule();

                return;
            }
        }
    }

    private void Schedule()
    {
        if (Interlocked.Exchange(ref _isScheduled, 1) == 0)
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }
}
