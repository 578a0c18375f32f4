namespace FastSockets.Transport.Progress;

/// <summary>What waits and their accounting ask of a device's progress.</summary>
internal interface IProgress
{
    /// <summary>An asynchronous wait began: somebody must reap though no caller blocks.</summary>
    /// <param name="spin">How long its caller would poll if he blocked. Null: as those before.</param>
    void AsyncStarted(TimeSpan? spin);

    /// <summary>It ended: runs the rest of it, if there is any, where user code may run, never on the calling thread's stack.</summary>
    void AsyncEnded(IThreadPoolWorkItem? ended);

    /// <summary>Takes what has completed. Not under a link's lock.</summary>
    void PollOnce();

    /// <summary>
    /// Drives the device until the operation completes: polls for the spin budget, then sleeps. False when
    /// <paramref name="timeout"/> milliseconds (-1: none) ran out first; the operation is then still pending.
    /// </summary>
    bool Wait(Operation operation, TimeSpan spin, int timeout);
}
