using System.Diagnostics;

namespace FastSockets.Transport.Progress;

/// <summary>Waits that drive no device: somebody else's thread completes the operation.</summary>
internal sealed class ParkingProgress : IProgress
{
    public static readonly ParkingProgress Instance = new();

    public void AsyncStarted(TimeSpan? spin)
    {
    }

    public void AsyncEnded(IThreadPoolWorkItem? ended)
    {
        if (ended is not null)
            ThreadPool.UnsafeQueueUserWorkItem(ended, preferLocal: false);
    }

    public void PollOnce()
    {
    }

    public bool Wait(Operation operation, TimeSpan spin, int timeout)
    {
        long start = Stopwatch.GetTimestamp();
        while (!operation.IsCompleted)
        {
            int left = Remaining(start, timeout);
            if (left == 0)
                return false;

            Waiter.Current.Park(left);
        }

        return true;
    }

    /// <summary>Milliseconds left of a time-out, rounded up; -1 for none.</summary>
    public static int Remaining(long start, int timeout) =>
        timeout < 0 ? -1 : (int)Math.Max(0, timeout - (long)Stopwatch.GetElapsedTime(start).TotalMilliseconds);
}
