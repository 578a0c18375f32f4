using System.Collections.Concurrent;
using System.Diagnostics;

namespace FastSockets.Transport.Progress;

/// <summary>
/// Asynchronous waits that have ended, on their way to the thread pool: one queue for all of a device, and one work item at a time that
/// asks for a thread to run what is in it. A thread that takes one wait asks for another thread first if there are more, so that a
/// continuation that blocks holds up none that has ended. What ends while one blocks that the poller runs may wait for
/// some milliseconds, until the engine's thread looks (<see cref="BusyPolling"/>).
/// </summary>
internal sealed class EndedWaits(IEndedWaitsOwner owner) : IThreadPoolWorkItem
{
    /// <summary>Milliseconds after which a thread goes back to the pool, whose other work waits, too.</summary>
    private const int Turn = 15;

    private readonly ConcurrentQueue<IThreadPoolWorkItem> _waits = new();
    private int _isScheduled;
    private int _pollingThread;

    public bool IsEmpty => _waits.IsEmpty;

    /// <summary>The pool has other work than this.</summary>
    public bool IsPoolWanted => ThreadPool.PendingWorkItemCount > Volatile.Read(ref _isScheduled);

    public void Add(IThreadPoolWorkItem wait)
    {
        _waits.Enqueue(wait);
        // The thread that polls for it is about to take it. What others find is not for it alone: it may have lost its processor.
        if (Volatile.Read(ref _pollingThread) != Environment.CurrentManagedThreadId)
            Schedule();
    }

    /// <summary>The calling thread takes waits that it adds itself: they ask for no other.</summary>
    public void BeginPolling() => Volatile.Write(ref _pollingThread, Environment.CurrentManagedThreadId);

    /// <returns>Whether there are waits, which the calling thread is to run.</returns>
    public bool EndPolling()
    {
        Volatile.Write(ref _pollingThread, 0);
        return !_waits.IsEmpty;
    }

    void IThreadPoolWorkItem.Execute()
    {
        // Before the queue is looked at: who adds to it after that look asks for a thread of his own.
        Interlocked.Exchange(ref _isScheduled, 0);
        bool isPoller = owner.TryBecomePoller();
        try
        {
            RunAll(isPoller);
        }
        finally
        {
            if (isPoller)
                owner.CeaseToPoll();

            // The turn was over; and whoever has added to it meanwhile may have been told of a work item that was this one.
            if (!_waits.IsEmpty)
                Schedule();
        }
    }

    private void RunAll(bool isPoller)
    {
        long start = Environment.TickCount64;
        do
        {
            while (_waits.TryDequeue(out IThreadPoolWorkItem? wait))
            {
                if (!_waits.IsEmpty)
                    Schedule();
                else if (!isPoller)
                    owner.RanEmpty();

                Run(wait, isPoller);
                if (Environment.TickCount64 - start >= Turn)
                    return;
            }
        }
        while (isPoller && owner.PollForMore());
    }

    private void Run(IThreadPoolWorkItem wait, bool isPoller)
    {
        if (!isPoller)
        {
            wait.Execute();
            return;
        }

        long start = Stopwatch.GetTimestamp();
        wait.Execute();
        owner.Ran(Stopwatch.GetTimestamp() - start);
    }

    private void Schedule()
    {
        if (Interlocked.Exchange(ref _isScheduled, 1) == 0)
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }
}

/// <summary>Who polls the device. Called on the thread pool.</summary>
internal interface IEndedWaitsOwner
{
    /// <summary>
    /// The last wait has been taken out of the queue, not by the poller, and is not run yet. Until then there was more to do than threads
    /// had come for.
    /// </summary>
    void RanEmpty();

    /// <summary>Whether the calling thread is to poll for more when the queue is empty, until <see cref="CeaseToPoll"/>.</summary>
    bool TryBecomePoller();

    /// <summary>A wait has been run by the poller, for so many ticks of <see cref="Stopwatch"/>.</summary>
    void Ran(long ticks);

    /// <summary>For the poller. True: more has ended.</summary>
    bool PollForMore();

    /// <summary>The poller goes back to the pool.</summary>
    void CeaseToPoll();
}
