using System.Net;
using System.Net.Sockets;
using FastSockets.Transport.Memory;
using FastSockets.Transport.Progress;
using FastSockets.Transport.Protocol;

namespace FastSockets.Transport;

/// <summary>
/// One byte stream over a link. One sender and one receiver may run at the same time, and more of each are served in
/// order. All failures are <see cref="SocketException"/>s with the codes that a TCP socket gives.
/// </summary>
/// <remarks>
/// A connection ends at this end when both ends have said their last word on it: a FIN or a RESET. Only then may its
/// index name another, because only then can no more data arrive for it.
/// </remarks>
internal sealed partial class Connection : IDisposable
{
    private readonly Link _link;
    private ConnectionId _peer;
    private State _state;
    private SocketError _failure;
    private ConnectOperation? _opening;
    private IThreadPoolWorkItem? _whenEnded;
    private bool _isDisposed;
    private long _orphanedAt;

    /// <summary>Membership in the link's lists; the link's own.</summary>
    public ConnectionNodes Nodes;

    /// <summary>What is still to be told to the peer.</summary>
    public ControlFlags PendingControl;

    /// <summary>What has gone over the connection. A field, for its members to be counted in place.</summary>
    public TransferCounters Counters;

    [Flags]
    private enum State : ushort
    {
        None = 0,

        /// <summary>OPEN was sent and not answered.</summary>
        Opening = 1,

        /// <summary>The peer's id and window are known.</summary>
        Established = 2,

        /// <summary>This end sends no more: FIN follows the last byte.</summary>
        SendShut = 4,

        /// <summary>What arrives is dropped.</summary>
        ReceiveShut = 8,

        /// <summary>The last word of this end has been posted.</summary>
        LastWordSent = 16,

        /// <summary>The peer's FIN or RESET has come.</summary>
        LastWordReceived = 32,

        /// <summary>The peer's FIN has come: all it sent has arrived.</summary>
        EndReceived = 64,

        /// <summary>Reset by either end, or lost with its link.</summary>
        Dead = 128,

        /// <summary>With its FIN the peer has said that nobody there waits for this end's.</summary>
        PeerClosed = 256,
    }

    public Connection(Link link, IPEndPoint local, IPEndPoint remote, int? window)
    {
        _link = link;
        LocalEndPoint = local;
        RemoteEndPoint = remote;
        _receiveWindow = window is { } bytes ? Math.Max(bytes, MinWindow) : link.Window;
        _largestWindow = window is null ? link.MaxWindow : _receiveWindow;
        _announcedLimit = (ulong)_receiveWindow;
        // Longer ago than anything is looked back for: nothing has been read.
        _tick = unchecked(link.Ticks - 2);
    }

    public ConnectionId Id { get; set; }

    public IPEndPoint LocalEndPoint { get; }

    public IPEndPoint RemoteEndPoint { get; }

    /// <summary>The RDMA device's name, such as mlx5_0.</summary>
    public string Device => _link.Device;

    /// <summary>
    /// How long this connection's blocking callers poll before they sleep. Zero: never; infinite: always. <see cref="Progress.BusyPolling"/>
    /// goes by that of the last asynchronous wait.
    /// </summary>
    public TimeSpan SpinBudget { get; set; }

    /// <summary>False once reset, aborted or closed.</summary>
    public bool IsAlive => !_isDisposed && (_state & State.Dead) == 0;

    /// <summary>Neither end has closed its direction, nor has it been reset.</summary>
    public bool IsWhole => IsAlive && Has(State.Established) && !Has(State.EndReceived | State.SendShut);

    public DeviceMemory Memory => _link.Host.Memory;

    /// <summary>A receive or a send is under way.</summary>
    public bool IsWaitedFor
    {
        get
        {
            _link.Enter();
            try
            {
                return !_receives.IsEmpty || !_sends.IsEmpty || HasAdverts;
            }
            finally
            {
                _link.Leave();
            }
        }
    }

    /// <summary>This connection is closed, and the peer has owed the answer to its OPEN or RESET for too long.</summary>
    public bool IsUnanswered { get; private set; }

    /// <summary>The peer has not answered OPEN yet.</summary>
    public bool IsOpening => Has(State.Opening);

    private bool Has(State state) => (_state & state) != 0;

    /// <summary>
    /// Runs <paramref name="work"/> on the thread pool, once, when the peer has sent its end or the connection is reset: for those who
    /// want to know without a receive. At once when that has been. One at a time: a later call takes the place of an earlier one.
    /// </summary>
    public void WhenEnded(IThreadPoolWorkItem work)
    {
        _link.Enter();
        try
        {
            _whenEnded = work;
            if (Has(State.EndReceived | State.Dead))
                TellEnd();
        }
        finally
        {
            _link.Leave();
        }
    }

    private void TellEnd()
    {
        if (_whenEnded is not { } work)
            return;

        _whenEnded = null;
        ThreadPool.UnsafeQueueUserWorkItem(work, preferLocal: false);
    }

    /// <summary>Ends this direction: the peer reads to the end, then 0. Later sends fail with SocketError.Shutdown.</summary>
    public void ShutdownSend()
    {
        _link.Enter();
        try
        {
            ThrowIfDead();
            ShutSend();
        }
        finally
        {
            _link.Leave();
        }
    }

    /// <summary>
    /// Once the peer has ended: gives up what has not been sent, and ends this direction. What has arrived stays to be received.
    /// False: the peer has not ended, or was reset.
    /// </summary>
    public bool TryGiveUpSending()
    {
        _link.Enter();
        try
        {
            if (!Has(State.EndReceived) || Has(State.Dead))
                return false;

            _state |= State.SendShut;
            EndSends(SocketError.OperationAborted);
            // A delivery that has begun is closed before the end is said.
            Unblock();
            return true;
        }
        finally
        {
            _link.Leave();
        }
    }

    /// <summary>Bytes to come are dropped. Those that are here can still be received, as with TCP on Linux; then receives return 0.</summary>
    public void ShutdownReceive()
    {
        _link.Enter();
        try
        {
            ThrowIfDead();
            _state |= State.ReceiveShut;
            _holdsWindow = false;
            AnnounceIfDue();
            EndReceives(SocketError.Success);
        }
        finally
        {
            _link.Leave();
        }
    }

    /// <summary>Resets the peer (ECONNRESET there); whatever waits here ends in SocketError.OperationAborted.</summary>
    public void Abort()
    {
        _link.Enter();
        try
        {
            _isDisposed = true;
            _link.Watch(this);
            Reset(SocketError.OperationAborted);
        }
        finally
        {
            _link.Leave();
        }
    }

    /// <summary>Closes as TCP does: a graceful end in the background, or a reset when received bytes were not read.</summary>
    public void Dispose()
    {
        _link.Enter();
        try
        {
            if (_isDisposed)
                return;

            _isDisposed = true;
            _link.Watch(this);
            if (_queue.Length > 0 || Has(State.Opening))
            {
                Reset(SocketError.OperationAborted);
                return;
            }

            EndReceives(SocketError.OperationAborted);
            EndSends(SocketError.OperationAborted, keepPipelined: true);
            DropReceived();
            ShutSend();
            SayFinIfDue();
        }
        finally
        {
            _link.Leave();
        }
    }

    /// <summary>
    /// Time passes: a peer that does not say its last word within <paramref name="patience"/> milliseconds after this end closed is
    /// given up, and so is what it owes posted receives. False when nothing waits for time any more.
    /// </summary>
    /// <param name="now">In milliseconds.</param>
    /// <param name="patience">In milliseconds; for an answer to RESET or OPEN as long again.</param>
    public bool OnTick(long now, long patience)
    {
        bool isWaiting = OnPostingTick(now);
        if (!_isDisposed || Has(State.LastWordReceived))
            return isWaiting;

        if (_orphanedAt == 0)
            _orphanedAt = now;
        else if (now - _orphanedAt > patience)
        {
            if (Has(State.Dead))
            {
                IsUnanswered = true;
                return true;
            }

            Reset(SocketError.OperationAborted);
            _orphanedAt = now;
        }

        return true;
    }

    /// <summary>This end's OPEN is on its way.</summary>
    public void BeginOpening(ConnectOperation? operation)
    {
        _state |= State.Opening;
        _opening = operation;
    }

    /// <summary>The peer has taken the connection, or this end has (for the accepting end, before it answers).</summary>
    public string? OnAccepted(ConnectionId peer, uint window)
    {
        if (Has(State.Established))
            return "it accepted a connection twice";

        _state = (_state & ~State.Opening) | State.Established;
        _peer = peer;
        // A WINDOW may have overtaken this.
        _sendLimit = Math.Max(_sendLimit, window);
        CompleteOpening(RefuseReason.None);
        if (Has(State.Dead))
            // Given up while it was opening: now there is somebody to tell.
            _link.Queue(this, ControlFlags.Reset);
        else
            Unblock();

        return null;
    }

    public string? OnRefused(RefuseReason reason)
    {
        if (!Has(State.Opening))
            return "it refused a connection that is open";

        _state = (_state & ~State.Opening) | State.Dead;
        _failure = SocketError.ConnectionRefused;
        _link.Remove(this);
        CompleteOpening(reason);
        return null;
    }

    public string? OnFin(ulong end, bool hasClosed)
    {
        if (Has(State.LastWordReceived) || end != _arrivedEager + _arrivedDirect)
            return "its FIN does not fit what it sent";

        _state |= State.LastWordReceived | State.EndReceived | (hasClosed ? State.PeerClosed : State.None);
        TellEnd();
        VoidAdverts();
        if (_queue.Length == 0)
            EndReceives(SocketError.Success);

        EndIfBothSaidTheirLast();
        return null;
    }

    public void OnReset()
    {
        if (Has(State.LastWordReceived) && Has(State.LastWordSent))
            return;

        _state |= State.LastWordReceived;
        VoidAdverts();
        Die(SocketError.ConnectionReset);
        if (!Has(State.LastWordSent) && Has(State.Established))
            _link.Queue(this, ControlFlags.Reset);

        EndIfBothSaidTheirLast();
    }

    /// <summary>The link is gone. What has arrived stays readable, without the link's slabs.</summary>
    public void OnLinkEnded()
    {
        SpillSlabs();
        VoidAdverts();
        Die(SocketError.ConnectionReset);
        CompleteOpening(RefuseReason.NoResources);
    }

    /// <summary>The next thing to tell the peer; false when there is none.</summary>
    public bool TakeNote(out ControlEntry entry)
    {
        while (PendingControl != ControlFlags.None)
        {
            ControlFlags next = PendingControl & (ControlFlags)(-(int)PendingControl);
            PendingControl &= ~next;
            if (TakeNote(next, out entry))
                return true;
        }

        entry = default;
        return false;
    }

    private bool TakeNote(ControlFlags what, out ControlEntry entry)
    {
        switch (what)
        {
            case ControlFlags.Open:
                entry = new ControlEntry(
                    ControlKind.Open, Id, (ushort)RemoteEndPoint.Port,
                    (uint)LocalEndPoint.Port | ((ulong)(uint)_receiveWindow << 32));
                return true;
            case ControlFlags.Accepted:
                entry = new ControlEntry(
                    ControlKind.Accepted, _peer, 0, Id.Value | ((ulong)(uint)_receiveWindow << 32));
                return true;
            case ControlFlags.Window:
                // What was announced stands, though the window has been made smaller since.
                _announcedLimit = Math.Max(_announcedLimit, _consumedEager + (ulong)_receiveWindow);
                entry = new ControlEntry(ControlKind.Window, _peer, 0, _announcedLimit);
                return true;
            case ControlFlags.Advert:
                return TakeAdvert(out entry);
            case ControlFlags.Revoke:
                return TakeRevoke(out entry);
            case ControlFlags.Revoked:
                return TakeRevoked(out entry);
            case ControlFlags.Fin:
                entry = new ControlEntry(
                    ControlKind.Fin, _peer, _isDisposed ? ControlMessage.Closed : (ushort)0, _sentEager + _sentDirect);
                SaidLastWord();
                return true;
            default:
                // A RESET says all that a FIN or a window would have said.
                PendingControl = ControlFlags.None;
                entry = new ControlEntry(ControlKind.Reset, _peer);
                SaidLastWord();
                return true;
        }
    }

    private void SaidLastWord()
    {
        _state |= State.LastWordSent;
        _adverts?.Clear();
        EndIfBothSaidTheirLast();
    }

    private void EndIfBothSaidTheirLast()
    {
        if (Has(State.LastWordSent) && Has(State.LastWordReceived))
            _link.Remove(this);
    }

    /// <summary>Ends both directions at once, and tells the peer if it can still be told.</summary>
    private void Reset(SocketError error)
    {
        if (Has(State.Dead) || (Has(State.LastWordSent) && Has(State.LastWordReceived)))
        {
            DropReceived();
            EndReceives(error);
            EndSends(error);
            return;
        }

        Die(error);
        DropReceived();
        CompleteOpening(RefuseReason.None);
        if (Has(State.Established))
            _link.Queue(this, ControlFlags.Reset);
    }

    /// <summary>No more is sent, and whoever waits is told. What has arrived stays readable.</summary>
    private void Die(SocketError error)
    {
        _state |= State.Dead;
        _failure = error;
        TellEnd();
        DropUnsent();
        PendingControl &= ControlFlags.Open | ControlFlags.Accepted;
        if (!_sends.IsEmpty || (!_receives.IsEmpty && !Has(State.EndReceived)))
            _failure = SocketError.Success;

        // After the peer's FIN nothing is missing: its end is an end, not an error.
        EndReceives(Has(State.EndReceived) ? SocketError.Success : error);
        EndRoomWaits(error);
        EndSends(error);
    }

    /// <summary>As a TCP socket: what ended it is told once (SO_ERROR); then sends fail as shut, and receives see the end.</summary>
    private SocketError TakeFailure()
    {
        SocketError failure = _failure;
        _failure = SocketError.Success;
        return failure;
    }

    private void ThrowIfDead()
    {
        if (Has(State.Dead))
            throw new SocketException((int)SocketError.NotConnected);
    }

    private void CompleteOpening(RefuseReason reason)
    {
        ConnectOperation? opening = _opening;
        _opening = null;
        opening?.Complete((int)reason);
    }

    private void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(_isDisposed, this);

    private static void Throw(SocketError error)
    {
        if (error != SocketError.Success)
            throw new SocketException((int)error);
    }
}

/// <summary>Notes for the peer, in the order in which they are said.</summary>
[Flags]
internal enum ControlFlags : byte
{
    None = 0,
    Open = 1,
    Accepted = 2,
    Window = 4,
    Advert = 8,
    Revoke = 16,
    Revoked = 32,
    Fin = 64,
    Reset = 128,
}
