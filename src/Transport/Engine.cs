using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using FastSockets.Transport.Fabric;
using FastSockets.Transport.Memory;
using FastSockets.Transport.Progress;
using FastSockets.Transport.Protocol;
using Microsoft.Extensions.Logging;

namespace FastSockets.Transport;

/// <summary>
/// Everything of one device: its slabs, its completion queue's progress with the thread that stands in when no caller
/// drives it, and the links over it.
/// </summary>
internal sealed class Engine : ILinkHost, ICompletionSink, IDisposable
{
    /// <summary>How long a link is kept without connections when another leads to the same process, in milliseconds.</summary>
    private const double SpareIdleTime = 2000;

    /// <summary>How many times the links that are left on a device one address may hold: so a single one has 8/9 of all.</summary>
    private const int AddressShare = 8;

    /// <summary>How much longer an acceptor keeps a link without connections than an initiator does.</summary>
    private const int AcceptorIdleFactor = 10;

    /// <summary>What links grow by, and links beside others, leave a quarter of the device to links that are still to come.</summary>
    private const int FurtherLeaveOneIn = 4;

    private readonly IFabricDevice _device;
    private readonly IListeners _listeners;
    private readonly TransportOptions _options;
    private readonly ILogger _logger;
    private readonly DeviceProgress _progress;
    private readonly Thread _thread;
    private readonly Lock _linksLock = new();
    private readonly Lock _reserveLock = new();
    private readonly Lock _starvedLock = new();
    private readonly List<Link> _starved = [];
    private readonly ConcurrentQueue<Link> _bundling = new();
    private readonly BundlePace _bundlePace = new();
    private Dictionary<uint, LinkEntry> _links = [];
    private int _reservedSends;
    private TransferCounters _ended;

    /// <summary>A link and what the engine remembers of it from tick to tick.</summary>
    private sealed record LinkEntry(Link Link, bool IsInitiator, int Sends)
    {
        public uint Activity { get; set; }

        public long LastActive { get; set; } = Environment.TickCount64;

        public long LastUsed { get; set; } = Environment.TickCount64;
    }

    public Engine(IFabricDevice device, IListeners listeners, TransportOptions options, int receiveLimit,
        MemoryThresholds thresholds, ILogger logger)
    {
        _device = device;
        _listeners = listeners;
        _options = options;
        _logger = logger;
        ReceiveSlabs = new ReceiveSlabs(device, options.SlabSize, receiveLimit);
        // A link may keep one half-filled slab while it is idle: they come on top of those that move data.
        int mostLinks = device.MaxCompletions / (options.SendQueueDepth + LinkCredits.MinGrant);
        SendSlabs = new SendSlabs(device, options.SlabSize, options.SendSlabs + mostLinks);
        Memory = new DeviceMemory(device, thresholds);
        _progress = new DeviceProgress(device, this);
        _thread = new Thread(Run) { Name = $"FastSockets {device.Name}", IsBackground = true };
        // Not with what flows along with the first connect's calls.
        _thread.UnsafeStart();
    }

    public ReceiveSlabs ReceiveSlabs { get; }

    public SendSlabs SendSlabs { get; }

    public DeviceMemory Memory { get; }

    public IProgress Progress => _progress;

    public string Device => _device.Name;

    public DeviceCounters Counters =>
        new(Transfers, _progress.Polls, WakeUps, Memory.Registrations, ReceiverNotReady);

    public long WakeUps => _progress.WakeUps;

    public long ReceiverNotReady => _device.ReceiverNotReady;

    /// <summary>The sum over all links, ended ones included.</summary>
    public TransferCounters Transfers
    {
        get
        {
            lock (_linksLock)
            {
                TransferCounters sum = _ended;
                foreach (LinkEntry entry in _links.Values)
                    sum.Add(entry.Link.Counters);

                return sum;
            }
        }
    }

    public IReadOnlyCollection<Link> Links => [.. Volatile.Read(ref _links).Values.Select(entry => entry.Link)];

    /// <summary>
    /// Takes what a link needs of the device: slabs for its credits, and places in the completion queue for all that can be
    /// outstanding, since an overrun would be the end of every link on it. False when the device's bounds are reached.
    /// </summary>
    /// <exception cref="IOException">Memory cannot be registered.</exception>
    public bool TryReserve(int credits, int sends) => TryReserve(credits, sends, leaveOneIn: int.MaxValue);

    /// <summary>The same for a link that can be done without.</summary>
    public bool TryReserveFurther(int credits, int sends) => TryReserve(credits, sends, FurtherLeaveOneIn);

    public bool TryGrant(int credits)
    {
        try
        {
            return TryReserve(credits, sends: 0, FurtherLeaveOneIn);
        }
        catch (IOException)
        {
            // No more memory may be locked: the link does with what it has.
            return false;
        }
    }

    public void Ungrant(int credits) => Unreserve(credits, sends: 0);

    private bool TryReserve(int credits, int sends, int leaveOneIn)
    {
        lock (_reserveLock)
        {
            // All slabs that are posted, not only those granted: a peer that minds no credits fills the others, too.
            int completions = ReceiveSlabs.CountFor(credits) + _reservedSends + sends;
            if (completions > _device.MaxCompletions - _device.MaxCompletions / leaveOneIn || !_device.TryHold(completions) ||
                !ReceiveSlabs.TryGrant(credits, leave: ReceiveSlabs.Limit / leaveOneIn))
                return false;

            _reservedSends += sends;
            return true;
        }
    }

    /// <summary>
    /// Whether a peer at this address may have another link of its making: an address may hold so many times what is left. However
    /// many one makes, some are left for the next.
    /// </summary>
    public bool HasRoomFor(IPAddress address, int sendQueueDepth)
    {
        int held = Volatile.Read(ref _links).Values.Count(
            entry => !entry.IsInitiator && entry.Link.RemoteEndPoint.Address.Equals(address));
        lock (_reserveLock)
        {
            int places = _device.MaxCompletions - ReceiveSlabs.Count - _reservedSends;
            int links = Math.Min(
                places / (LinkCredits.MinGrant + sendQueueDepth), (ReceiveSlabs.Limit - ReceiveSlabs.Granted) / LinkCredits.MinGrant);
            return held < AddressShare * links;
        }
    }

    /// <summary>How many links this end has made to a process.</summary>
    public int CountLinksTo(ulong process, IPAddress address) => Volatile.Read(ref _links).Values.Count(
        entry => entry.IsInitiator && !entry.Link.HasEnded && entry.Link.PeerProcess == process &&
            entry.Link.RemoteEndPoint.Address.Equals(address));

    /// <summary>Makes room: ends the links that this end made and nobody uses now.</summary>
    public void CloseIdleLinks()
    {
        foreach (LinkEntry entry in Volatile.Read(ref _links).Values)
        {
            if (!entry.IsInitiator)
                continue;

            entry.Link.Enter();
            if (entry.Link.ConnectionCount == 0)
                entry.Link.Fail("others need its place");

            entry.Link.Leave();
        }
    }

    /// <summary>Gives back what <see cref="TryReserve(int, int)"/> took.</summary>
    public void Unreserve(int credits, int sends)
    {
        lock (_reserveLock)
            _reservedSends -= sends;

        ReceiveSlabs.Ungrant(credits);
    }

    /// <summary>Completions of the link's queue pair find it from here on. After <see cref="TryReserve(int, int)"/>.</summary>
    public void Add(Link link, bool isInitiator, int sendQueueDepth)
    {
        lock (_linksLock)
        {
            // Readers take no lock: they see the old table or the new.
            Volatile.Write(ref _links, new(_links)
            {
                [link.QueuePairNumber] = new LinkEntry(link, isInitiator, sendQueueDepth),
            });
        }
    }

    /// <summary>The link's queue pair has been destroyed, after its last completions were taken.</summary>
    public void Remove(Link link)
    {
        LinkEntry? entry;
        lock (_linksLock)
        {
            var links = new Dictionary<uint, LinkEntry>(_links);
            if (links.Remove(link.QueuePairNumber, out entry))
                _ended.Add(link.Counters);

            Volatile.Write(ref _links, links);
        }

        link.OnQueuePairGone();
        if (entry is not null)
            Unreserve(link.Grant, entry.Sends);

        if (PumpStarved())
            Progress.PollOnce();
    }

    public bool OnCompletions(ReadOnlySpan<Completion> completions)
    {
        Dictionary<uint, LinkEntry> links = Volatile.Read(ref _links);
        Link? current = null;
        bool pollAgain = false;
        try
        {
            foreach (ref readonly Completion completion in completions)
            {
                // Completions of one link mostly come together: the lock is kept between them, and what they cause to be
                // sent leaves together.
                if (current is null || current.QueuePairNumber != completion.QueuePair)
                {
                    if (!links.TryGetValue(completion.QueuePair, out LinkEntry? entry))
                    {
                        // Of a link that is gone: its slab serves the others.
                        if (!completion.IsSend)
                            ReceiveSlabs.Post((int)completion.Id);

                        continue;
                    }

                    if (current is not null)
                        pollAgain |= current.Exit();

                    current = null;
                    entry.Link.Enter();
                    current = entry.Link;
                }

                if (completion.IsSend)
                    current.OnSendCompleted(completion.Id, completion.Status);
                else if (completion.Status == 0)
                    current.OnReceived(completion);
                else
                    current.OnReceiveFailed((int)completion.Id, completion.Status);
            }
        }
        finally
        {
            if (current is not null)
                pollAgain |= current.Exit();
        }

        return PumpStarved() || pollAgain;
    }

    public AcceptQueue? FindListener(Link link, ushort port) => FindListener(link.LocalEndPoint.Address, port);

    public AcceptQueue? FindListener(IPAddress address, int port) => _listeners.Find(address, port);

    public void BacklogChanged(int delta) => _progress.BacklogChanged(delta);

    public void UnsentChanged(int delta) => _progress.UnsentChanged(delta);

    public void BundlingBegan(Link link)
    {
        _bundling.Enqueue(link);
        _progress.WakeEngine();
    }

    public bool HasBundles => !_bundling.IsEmpty;

    public bool PumpBundles()
    {
        int posted = 0;
        long start = Stopwatch.GetTimestamp();
        // Each once: those that are not done come again behind the others.
        for (int left = _bundling.Count; left > 0 && _bundling.TryDequeue(out Link? link); left--)
        {
            BundleTurn turn = link.PumpBundle();
            if (turn == BundleTurn.Posted)
                posted++;
            if (turn != BundleTurn.Over)
                _bundling.Enqueue(link);
        }

        if (_bundling.IsEmpty)
            return false;

        TimeSpan pause = _bundlePace.PauseAfter(posted, Stopwatch.GetTimestamp() - start);
        if (pause > TimeSpan.Zero)
            Nap.Take(pause);

        return true;
    }

    public void StarvedOfSlabs(Link link)
    {
        lock (_starvedLock)
        {
            if (!_starved.Contains(link))
                _starved.Add(link);
        }
    }

    public void LinkEnded(Link link, string reason, int lost)
    {
        if (lost > 0)
            TransportLog.LinkBroke(_logger, link.RemoteEndPoint, lost, reason);
        else
            TransportLog.LinkEnded(_logger, link.RemoteEndPoint, reason);
    }

    public void Dispose()
    {
        _progress.Stop();
        _thread.Join();
        if (!_progress.AwaitCallers(TimeSpan.FromSeconds(5)))
            // What others still use is better lost than freed.
            return;

        ReceiveSlabs.Dispose();
        SendSlabs.Dispose();
        Memory.Dispose();
        _device.Dispose();
    }

    [SuppressMessage("Design", "CA1031", Justification = "A bug here must end the process with its trace, not hang its users.")]
    private void Run()
    {
        try
        {
            _progress.Run(Tick);
        }
        catch (Exception e)
        {
            Environment.FailFast($"The Fast Sockets engine of {_device.Name} failed.", e);
        }
    }

    private void Tick()
    {
        long now = Environment.TickCount64;
        foreach (LinkEntry entry in Volatile.Read(ref _links).Values)
        {
            Link link = entry.Link;
            link.Enter();
            try
            {
                if (!link.HasEnded)
                    Tick(entry, now);
            }
            finally
            {
                link.Leave();
            }
        }

        if (PumpStarved())
            Progress.PollOnce();
    }

    private void Tick(LinkEntry entry, long now)
    {
        Link link = entry.Link;
        link.OnTick(now, (long)_options.ClosePatience.TotalMilliseconds, (long)_options.SendPatience.TotalMilliseconds);
        if (link.HasEnded)
            return;

        if (link.Activity != entry.Activity)
        {
            entry.Activity = link.Activity;
            entry.LastActive = now;
        }
        else if (now - entry.LastActive > _options.KeepAlive.TotalMilliseconds)
        {
            entry.LastActive = now;
            link.Ping();
        }

        if (link.ConnectionCount > 0)
            entry.LastUsed = now;
        else if (now - entry.LastUsed > IdleTime(entry))
            link.Fail("it was idle");
    }

    /// <summary>
    /// The end that opens connections on a link closes it, so that no OPEN is under way. The other end does so only when a
    /// peer keeps it for much longer than honest ones do; an OPEN lost to that is sent again on a new link.
    /// </summary>
    private double IdleTime(LinkEntry entry) =>
        !entry.IsInitiator ? _options.LinkIdleTime.TotalMilliseconds * AcceptorIdleFactor
        : entry.Link.IsSpare ? Math.Min(SpareIdleTime, _options.LinkIdleTime.TotalMilliseconds)
        : _options.LinkIdleTime.TotalMilliseconds;

    /// <summary>Lets links that lacked a send slab try again.</summary>
    private bool PumpStarved()
    {
        if (_starved.Count == 0)
            return false;

        Link[] starved;
        lock (_starvedLock)
        {
            starved = [.. _starved];
            _starved.Clear();
        }

        bool pollAgain = false;
        foreach (Link link in starved)
        {
            link.Enter();
            pollAgain |= link.Exit();
        }

        return pollAgain;
    }
}

/// <summary>The process's listening ends in the RDMA port space.</summary>
internal interface IListeners
{
    /// <summary>The queue of the listener for a local address and port; null when there is none.</summary>
    AcceptQueue? Find(IPAddress address, int port);
}
