using System.Diagnostics.CodeAnalysis;

namespace FastSockets.Pipes;

/// <summary>What ends a pipe's wait from outside: CancelPending..., which is told once, or a caller's token.</summary>
[SuppressMessage("Design", "CA1001", Justification = "A source without a timer holds nothing; pipes are completed, not disposed.")]
internal sealed class PipeWake
{
    private CancellationTokenSource _source = new();
    private int _cancelled;

    public CancellationToken Token => _source.Token;

    public bool IsWoken => _source.IsCancellationRequested;

    /// <summary>Ends the present wait, or the next.</summary>
    public void Cancel()
    {
        // A full fence: the source is looked at after this is seen, or the renewed one would not be cancelled.
        Interlocked.Exchange(ref _cancelled, 1);
        _source.Cancel();
    }

    /// <summary>Has the token end the wait, until what is returned is disposed.</summary>
    public CancellationTokenRegistration WakeOn(CancellationToken cancellation) =>
        cancellation.UnsafeRegister(static wake => ((PipeWake)wake!)._source.Cancel(), this);

    /// <summary>Whether <see cref="Cancel"/> was called and is still to be told; the next wait is not ended by it.</summary>
    public bool TakeCancel()
    {
        if (Interlocked.Exchange(ref _cancelled, 0) == 0)
            return false;

        Renew();
        return true;
    }

    /// <summary>A wait was ended: the next is not, for that.</summary>
    public void Renew()
    {
        if (_source.IsCancellationRequested)
            _source = new CancellationTokenSource();
    }
}
