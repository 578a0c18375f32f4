using System.Net.Sockets;
using FastSockets.Transport.Memory;
using FastSockets.Transport.Protocol;

namespace FastSockets.Transport.Progress;

/// <summary>How far a receive is lent to the peer.</summary>
internal enum Posting
{
    /// <summary>The memory is this end's alone.</summary>
    None,

    /// <summary>The peer could write, but does not know of it, or what it knows is void.</summary>
    Lent,

    /// <summary>An advert for it is at the peer or on its way.</summary>
    Advertised,

    /// <summary>The caller wants it back; the peer has been asked.</summary>
    Withdrawn,
}

/// <summary>
/// A receive that waits. One that is posted to the peer is over only when no device can write its memory any more.
/// </summary>
internal sealed unsafe class ReceiveOperation(Connection connection) : StreamOperation(connection), ISendOwner
{
    public Posting Posting { get; set; }

    public Loan? Loan { get; private set; }

    /// <summary>The peer has been asked to give it back.</summary>
    public bool IsAskedFor { get; set; }

    /// <summary>When it was withdrawn, by the clock of ticks; 0 until the first tick after that.</summary>
    public long WithdrawnAt { get; set; }

    public override void Begin(byte* pinned, int length)
    {
        base.Begin(pinned, length);
        Reset();
    }

    public override void Begin(Memory<byte> memory)
    {
        base.Begin(memory);
        Reset();
    }

    public void Lend(Loan loan)
    {
        Loan = loan;
        Posting = Posting.Lent;
    }

    /// <summary>Copies what fits into the caller's buffer.</summary>
    public int Fill(ReadOnlySpan<byte> data)
    {
        int count = Math.Min(data.Length, Length);
        data[..count].CopyAtSpeedTo(Buffer);
        return count;
    }

    /// <summary>What it will come to when its memory is back. What the peer delivered stands against a wish to cancel.</summary>
    public void Decide(int result, SocketError error)
    {
        Result = result;
        Error = error;
    }

    /// <summary>Completes as decided. No device writes its memory any more.</summary>
    public void Conclude()
    {
        Posting = Posting.None;
        Complete(Result, Error);
    }

    bool ISendOwner.IsAwaited => true;

    /// <summary>The invalidation of its window is done, or its queue pair has failed before that.</summary>
    void ISendOwner.OnSendDone(bool succeeded)
    {
        if (!succeeded)
            Loan!.Revoke();

        Conclude();
    }

    protected override void OnSettled()
    {
        if (Loan is { } loan)
        {
            Loan = null;
            Connection.Memory.Return(loan);
        }

        base.OnSettled();
    }

    protected override void OnIdle()
    {
        base.OnIdle();
        Connection.Keep(this);
    }

    private void Reset()
    {
        Posting = Posting.None;
        WithdrawnAt = 0;
        IsAskedFor = false;
    }
}
