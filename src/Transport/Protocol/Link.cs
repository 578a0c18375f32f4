using System.Diagnostics.CodeAnalysis;
using System.Net;
using FastSockets.Transport.Fabric;
using FastSockets.Transport.Progress;

namespace FastSockets.Transport.Protocol;

/// <summary>
/// One reliable-connected queue pair between two engines, and the connections that share it: the protocol as a state
/// machine. Its inputs are application calls, completions and time; its outputs are work requests and completed operations.
/// It owns no thread and reads no clock.
/// </summary>
/// <remarks>
/// Everything runs under the link's lock, between <see cref="Enter"/> and <see cref="Exit"/>. Exit sends what the calls
/// since Enter have left to send, so that one message carries the news of a whole batch. Locks taken while the link's is
/// held: those of slabs, accept queues, waiters, and a pipe writer's and its pool's, which are leaves. Never two links' locks, nor one twice.
/// </remarks>
internal sealed partial class Link
{
    /// <summary>How long credits must have been of no use before they are given back, in milliseconds.</summary>
    private const long CreditPeriod = 2000;

    private readonly LinkLock _lock = new();
    private readonly ILinkHost _host;
    private readonly IQueuePair _queuePair;
    private readonly SendRing _ring;
    private readonly ConnectionTable _connections = new();
    private readonly ConnectionList _watched = new(Membership.Watched);
    private LinkCredits _credits;
    private int _maxMessage;
    private bool _isOpen;
    private int _backlogged;
    private bool _postFailed;
    private bool _isStarved;
    private bool _countedInBacklog;
    private bool _backlogIsDue;
    private bool _countedInUnsent;
    private int _roomWaits;
    private long _creditPeriod;

    /// <summary>What has gone over the link. A field, for its members to be counted in place.</summary>
    public TransferCounters Counters;

    // As of the last tick: what had moved by then.
    private uint _messagesAtTick;
    private int _ticksUnanswered;
    private uint _completedAtTick;
    private long _sendsMovedAt;

    /// <summary>Ticks at which the peer was heard, but not with the answer that is due.</summary>
    private const int MostTicksUnanswered = 20;

    public Link(ILinkHost host, IQueuePair queuePair, int grant, IPEndPoint local, IPEndPoint remote, string device)
    {
        _host = host;
        _queuePair = queuePair;
        _ring = new SendRing(queuePair, host.SendSlabs);
        // Not what it is: the first tick begins the watch over sends, with its own time.
        _completedAtTick = _ring.Completed - 1;
        _credits = new LinkCredits(grant);
        _maxMessage = host.SendSlabs.SlabSize;
        LocalEndPoint = local;
        RemoteEndPoint = remote;
        Device = device;
        QueuePairNumber = queuePair.Number;
    }

    public IPEndPoint LocalEndPoint { get; }

    public IPEndPoint RemoteEndPoint { get; }

    public string Device { get; }

    public ILinkHost Host => _host;

    public ReceiveSlabs ReceiveSlabs => _host.ReceiveSlabs;

    /// <summary>Bytes of a whole chunk: the longest message that both ends take.</summary>
    public int ChunkSize => _maxMessage;

    public uint QueuePairNumber { get; }

    /// <summary>Slabs of this end that the peer may fill; moves with what it uses.</summary>
    public int Grant => _credits.Grant;

    /// <summary>What <see cref="Grant"/> may grow to.</summary>
    public int MaxGrant { get; init; } = LinkCredits.MinGrant;

    /// <summary>Messages that the peer takes now.</summary>
    public int CreditsLeft => _credits.Available;

    /// <summary>Bytes that a new connection's receiver is ready to hold.</summary>
    public int Window { get; init; } = 256 * 1024;

    /// <summary>What a fast reader's window may grow to.</summary>
    public int MaxWindow { get; init; } = 256 * 1024;

    /// <summary>Times that time has passed: what happens between two is quick.</summary>
    public uint Ticks { get; private set; }

    /// <summary>The number by which the peer's process named itself.</summary>
    public ulong PeerProcess { get; private set; }

    /// <summary>Another link leads to the same process: this one need not outlive its connections by much.</summary>
    public bool IsSpare { get; set; }

    /// <summary>Set once, when the link fails or closes: it takes no part in anything any more.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>All that was posted has completed or been flushed.</summary>
    public bool IsFlushed => _ring.IsIdle;

    /// <summary>Nothing waits to be sent, and all that was sent has arrived; or the link has ended.</summary>
    public bool IsDrained => HasEnded || (_backlogged == 0 && !HasControl && _bundleSends == 0 && _ring.IsIdle);

    private bool HasControl => !_controlQueue.IsEmpty || _refusals.Count > 0 || _creditsToReturn > 0;

    public int ConnectionCount => _connections.Count;

    /// <summary>Completions seen since the link began: a link where this stands still is silent.</summary>
    public uint Activity { get; private set; }

    public void Enter() => _lock.Enter();

    /// <summary>Sends what is due and releases the lock; polls once where that is called for. For everyone but who polls.</summary>
    public void Leave()
    {
        if (!SendAndRelease(isFirst: true))
            return;

        _host.Progress.PollOnce();
        // Mostly what was to be waited for is over with that, and nobody need be woken by it.
        if (!Volatile.Read(ref _backlogIsDue))
            return;

        Enter();
        if (Exit())
            _host.Progress.PollOnce();
    }

    /// <summary>Sends what is due and releases the lock, for the thread that polls.</summary>
    /// <returns>
    /// True when something began to wait for sends to complete, which does not wake sleepers as a rule. The caller then polls
    /// once more: one may have completed before that was known.
    /// </returns>
    public bool Exit() => SendAndRelease(isFirst: false);

    /// <param name="isFirst">The caller polls and then asks again: before that nobody is to be woken for each completion.</param>
    private bool SendAndRelease(bool isFirst)
    {
        bool began = false;
        try
        {
            if (!HasEnded)
            {
                _isStarved = false;
                if (_invalidations.Count > 0)
                    FlushInvalidations();

                if (_credits.RunsLow)
                    GrowGrant();

                // Most exits have nothing of the kind to do. Control goes first, so that no data overtakes an ACCEPTED, and again
                // behind the data, for a FIN.
                if (HasControl || _credits.MustAnnounce)
                    FlushControl();

                if (!_ready.IsEmpty)
                {
                    Pump();
                    if (HasControl)
                        FlushControl();

                    // What waited for an answer that has just been given.
                    if (!_ready.IsEmpty)
                        Pump();
                }

                _postFailed = _postFailed || !_ring.Flush();
                if (_postFailed)
                    Fail("the queue pair takes no more requests");
            }

            // What waits for the peer is woken by the peer's next message. What waits for places or slabs, or for the device to
            // be done with its memory, is not: a send's completion wakes only who asks for every one.
            bool backlog = !HasEnded && (_ring.Awaited > 0 || _invalidations.Count > 0 || (_roomWaits > 0 && _ring.Pipelined > 0) ||
                ((_isStarved || _ring.Free <= ControlSendReserve) && (_backlogged > 0 || HasControl)) ||
                (!_ready.IsEmpty && IsCrowded));
            _backlogIsDue = backlog && !_countedInBacklog;
            began = _backlogIsDue;
            if (backlog != _countedInBacklog && !(backlog && isFirst))
            {
                _countedInBacklog = backlog;
                _backlogIsDue = false;
                _host.BacklogChanged(backlog ? 1 : -1);
            }

            // A backlog wakes in any case; and what waits for this thread's own poll is not to wake another.
            bool unsent = !HasEnded && !backlog && (_backlogged > 0 || HasControl);
            if (unsent != _countedInUnsent)
            {
                _countedInUnsent = unsent;
                _host.UnsentChanged(unsent ? 1 : -1);
            }
        }
        finally
        {
            _lock.Exit();
        }

        return began;
    }

    /// <summary>Counts those who wait for pipelined sends to end; nobody else does.</summary>
    public void RoomWaitsChanged(int delta) => _roomWaits += delta;

    /// <summary>What the peer said of itself when the link was made. Only from then on is anything sent.</summary>
    public void OnHello(in Hello hello)
    {
        _maxMessage = (int)Math.Min((uint)_maxMessage, hello.SlabSize);
        _isOpen = true;
        PeerProcess = hello.Process;
        // A message that overtook the hello has told as much or more.
        _credits.TryRaiseLimit(hello.Credits);
    }

    /// <summary>Makes this end of a connection that is to be opened; null when the link takes no more.</summary>
    public Connection? Open(IPEndPoint remote, ushort sourcePort, ConnectOperation? operation, int? window = null)
    {
        if (HasEnded || !TryCreate(new IPEndPoint(LocalEndPoint.Address, sourcePort), remote, window, out Connection? connection))
            return null;

        connection.BeginOpening(operation);
        return connection;
    }

    /// <summary>Closes every connection as its owner would, and asks for a completion behind all that is sent.</summary>
    public void CloseAll()
    {
        Enter();
        Connection[] connections = [.. _connections.All()];
        Leave();
        foreach (Connection connection in connections)
            connection.Dispose();

        Enter();
        try
        {
            HurryThePatient();
            FlushControl();
            Ping();
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>The connection has ended at both ends; its index is free for another.</summary>
    public void Remove(Connection connection)
    {
        _ready.Remove(connection);
        _controlQueue.Remove(connection);
        _patientQueue.Remove(connection);
        _watched.Remove(connection);
        _connections.Remove(connection.Id);
    }

    /// <summary>Something about the connection must not take for ever: it is told of time until it is at rest.</summary>
    public void Watch(Connection connection)
    {
        if (ReferenceEquals(_connections.Find(connection.Id), connection))
            _watched.Add(connection);
    }

    /// <summary>Time passes.</summary>
    /// <param name="now">In milliseconds.</param>
    /// <param name="patience">How long a peer may take to say its last word on a connection closed here.</param>
    /// <param name="sendPatience">How long a send may wait for its acknowledgement.</param>
    public void OnTick(long now, long patience, long sendPatience)
    {
        int unanswered = 0;
        // Not all connections: there may be ten thousand, and an idle one costs nothing.
        for (Connection? next, watched = _watched.First; watched is not null; watched = next)
        {
            next = _watched.Next(watched);
            if (!watched.OnTick(now, patience))
                _watched.Remove(watched);
            else if (watched.IsUnanswered)
                unanswered++;
        }

        Ticks++;
        HurryThePatient();
        BeginSharingPeriod();
        BeginShortPeriod();
        LookAtLoad();
        if (now - _creditPeriod > CreditPeriod)
        {
            _creditPeriod = now;
            BeginCreditPeriod();
        }

        if (_ring.HasRetired)
            // Slabs wait for the completion of something later.
            Ping();

        WatchUnanswered(unanswered);
        WatchSends(now, sendPatience);
    }

    /// <summary>
    /// An honest peer answers OPEN and RESET as it takes them, whatever its application does, or it is stopped and says nothing
    /// at all. One that goes on talking and never answers would fill the table of connections.
    /// </summary>
    private void WatchUnanswered(int unanswered)
    {
        bool isHeard = _messages != _messagesAtTick;
        _messagesAtTick = _messages;
        if (unanswered == 0)
            _ticksUnanswered = 0;
        else if (unanswered == ConnectionCount || (isHeard && ++_ticksUnanswered >= MostTicksUnanswered))
            Fail("it does not answer an OPEN or a RESET");
    }

    /// <summary>Credits promise that a receive is posted: only a peer that has none ready lets a send wait.</summary>
    private void WatchSends(long now, long patience)
    {
        if (!_ring.AwaitsCompletion || _ring.Completed != _completedAtTick)
        {
            _completedAtTick = _ring.Completed;
            _sendsMovedAt = now;
        }
        else if (now - _sendsMovedAt > patience)
            Fail("it does not take what it granted credits for");
    }

    /// <summary>Asks for a completion behind all that has been sent, unless one is to come: pings must not take data's places.</summary>
    public void PingIfNotDrained()
    {
        Enter();
        if (!IsDrained && !_ring.EndsSignaled)
            Ping();

        Exit();
    }

    private bool TryCreate(IPEndPoint local, IPEndPoint remote, int? window, [NotNullWhen(true)] out Connection? connection)
    {
        connection = new Connection(this, local, remote, window);
        if (_connections.TryAdd(connection, out ConnectionId id))
        {
            connection.Id = id;
            return true;
        }

        connection = null;
        return false;
    }

    /// <summary>
    /// The protocol was violated or the queue pair failed: the link and all its connections end in a reset.
    /// </summary>
    public void Fail(string reason)
    {
        if (HasEnded)
            return;

        MarkEnd();
        HasEnded = true;
        int lost = 0;
        foreach (Connection connection in _connections.All())
        {
            if (connection.IsWhole)
                lost++;

            connection.OnLinkEnded();
            Remove(connection);
        }

        // Connections that both ends had done with, unread slabs left.
        while (_holders.RemoveFirst() is { } holder)
            holder.SpillSlabs();

        RevokeAll();
        DropBundle();
        _refusals.Clear();
        _queuePair.Close();
        _host.LinkEnded(this, reason, lost);
    }

    /// <summary>
    /// Sends that were acknowledged and never asked for a completion get none when the queue pair is flushed, either: without
    /// one behind them <see cref="IsFlushed"/> would never come.
    /// </summary>
    private void MarkEnd()
    {
        // Nothing behind requests that were not taken: its completion would vouch for them.
        if (!CanPost)
            return;

        if (!_ring.EndsSignaled)
            Ping();

        _ring.Flush();
    }

    /// <summary>The queue pair is gone, and with it every claim of the device on this link's slabs.</summary>
    public void OnQueuePairGone()
    {
        Enter();
        try
        {
            _ring.Release();
        }
        finally
        {
            _lock.Exit();
        }
    }
}
