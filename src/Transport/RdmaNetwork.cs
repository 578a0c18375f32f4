using System.Collections.Concurrent;
using System.Net;
using FastSockets.Transport.Progress;
using FastSockets.Transport.Protocol;
using FastSockets.Transport.Verbs;
using Microsoft.Extensions.Logging;
using RdmaSharp;

namespace FastSockets.Transport;

/// <summary>
/// The process's way to RDMA: its devices, one engine each, the links to its peers, and the RDMA CM. Thread safe.
/// </summary>
internal sealed class RdmaNetwork : IDisposable
{
    private const string NoAnswer = "the peer did not answer OPEN in time";

    private readonly TransportOptions _options;
    private readonly ConnectionManager _manager = new();
    private readonly ListenerTable _listeners = new();
    private readonly Engines _engines;
    private readonly LinkMaker _links;
    private readonly LocalNetworks _localNetworks;
    private readonly PeersWithout _peersWithout;
    private int _disposed;

    // One entry for each address and port: the links there, or the attempt to make the first, which all who connect wait for.
    private readonly ConcurrentDictionary<(IPEndPoint Remote, IPAddress? Local), Task<PeerOutcome>> _byPeer = new();

    // One link for each process, as the processes name themselves: the one that is kept for longer while idle.
    private readonly Dictionary<(ulong Process, IPAddress Local, IPAddress Remote), Link> _byProcess = [];

    private RdmaNetwork(TransportOptions options, ILogger logger)
    {
        _options = options;
        _engines = new Engines(_listeners, options, logger);
        _links = new LinkMaker(_manager, _engines, options, logger);
        _localNetworks = new LocalNetworks(_manager, options);
        _peersWithout = new PeersWithout(options.RememberPeersWithout);
    }

    /// <summary>Opens the RDMA devices of this machine, or says in one line why there are none to use.</summary>
    public static RdmaNetwork? TryOpen(TransportOptions options, ILogger logger, out string reason)
    {
        reason = Rdma.UnsupportedReason ?? "";
        if (reason.Length > 0)
            return null;

        try
        {
            if (options.Devices.Count > 0 && !RdmaContext.GetConnectionManagerContexts().Any(options.Uses))
            {
                reason = $"there is no RDMA device of the names to be used: {string.Join(", ", options.Devices)}";
                return null;
            }

            return new RdmaNetwork(options, new DeferredLogger(logger));
        }
        catch (RdmaException e)
        {
            reason = e.Message;
            return null;
        }
    }

    /// <summary>The links of this process, those being taken down included.</summary>
    public IReadOnlyList<Link> Links => [.. _engines.All.SelectMany(engine => engine.Links)];

    /// <summary>The engines of the devices in use so far.</summary>
    public IReadOnlyList<Engine> Engines => _engines.All;

    /// <summary>Attempts to make a link so far, those that failed included.</summary>
    public long LinkAttempts => _links.Attempts;

    /// <summary>Whether it was found of late that there is no Fast Sockets at <paramref name="remote"/>, and how.</summary>
    public bool IsKnownWithout(IPEndPoint remote, out ConnectOutcome known) => _peersWithout.Knows(remote, out known);

    /// <summary>Whether <paramref name="destination"/> is in reach of RDMA by policy: on-link through a device that is used.</summary>
    /// <param name="destination">An address.</param>
    /// <param name="reason">Why not; empty when it is.</param>
    public bool CanReach(IPAddress destination, out string reason) => _localNetworks.Contains(destination, out reason);

    /// <summary>
    /// Connects within <see cref="TransportOptions.ConnectTimeout"/>. Does not throw for a peer without Fast Sockets, a
    /// silent or refusing one: the outcome then says why, and the caller falls back to TCP.
    /// </summary>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public async ValueTask<ConnectOutcome> ConnectAsync(
        IPEndPoint remote, IPEndPoint? local, CancellationToken cancellation, int? window = null)
    {
        cancellation.ThrowIfCancellationRequested();
        for (bool mayRetry = true; ; mayRetry = false)
        {
            Task<PeerOutcome> making = LinkTo(remote, local, window, out bool isMaker);
            PeerOutcome outcome;
            try
            {
                outcome = await making.WaitAsync(cancellation).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (isMaker)
            {
                Abandon(making);
                throw;
            }

            if (isMaker || outcome.Links is null)
                return Conclude(outcome.Made);

            if (BeginOpen(outcome.Links, remote, local, window, isBlocking: false, out Link? link) is { } opening)
            {
                using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
                limit.CancelAfter(_options.ConnectTimeout);
                var reason = (RefuseReason)await opening.AsTask(limit.Token).ConfigureAwait(false);
                if (cancellation.IsCancellationRequested)
                    opening.Connection!.Abort();

                cancellation.ThrowIfCancellationRequested();
                if (limit.IsCancellationRequested && !opening.Connection!.IsAlive)
                    return new ConnectOutcome(null, FallbackReason.TimedOut, NoAnswer);

                if (Conclude(opening, reason, remote, mayRetry) is { } concluded)
                    return concluded;
            }

            if (link is not { HasEnded: true } || outcome.Links.Choose() is null)
                Forget(remote, local, making);
        }
    }

    /// <summary>As <see cref="ConnectAsync"/>, the caller's thread driving progress while it waits.</summary>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public ConnectOutcome Connect(
        IPEndPoint remote, IPEndPoint? local, int? window = null, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        for (bool mayRetry = true; ; mayRetry = false)
        {
            Task<PeerOutcome> making = LinkTo(remote, local, window, out bool isMaker);
            try
            {
                making.Wait(cancellation);
            }
            catch (Exception) when (isMaker)
            {
                Abandon(making);
                throw;
            }

            PeerOutcome outcome = making.Result;
            if (isMaker || outcome.Links is null)
                return Conclude(outcome.Made);

            if (BeginOpen(outcome.Links, remote, local, window, isBlocking: true, out Link? link) is { } opening)
            {
                using CancellationTokenRegistration aborting = cancellation.UnsafeRegister(
                    static connection => ((Connection)connection!).Abort(), opening.Connection);
                bool isAnswered = WaitFor(opening, link!.Host.Progress);
                if (!isAnswered || cancellation.IsCancellationRequested)
                    opening.Connection!.Abort();

                cancellation.ThrowIfCancellationRequested();
                if (!isAnswered)
                    return new ConnectOutcome(null, FallbackReason.TimedOut, NoAnswer);

                if (Conclude(opening, (RefuseReason)opening.Finish(out _), remote, mayRetry) is { } concluded)
                    return concluded;
            }

            if (link is not { HasEnded: true } || outcome.Links.Choose() is null)
                Forget(remote, local, making);
        }
    }

    /// <summary>
    /// A peer that answers by TCP has turned out to have no Fast Sockets: for a while, <see cref="IsKnownWithout"/> says so.
    /// </summary>
    public void RememberWithout(IPEndPoint remote, in ConnectOutcome outcome)
    {
        if (outcome.Reason is FallbackReason.PeerWithoutFastSockets or FallbackReason.VersionMismatch or FallbackReason.TimedOut)
            _peersWithout.Remember(remote, outcome);
    }

    /// <summary>
    /// Listens in the RDMA port space, on every device for a wildcard address. Accepted connections are put into
    /// <paramref name="queue"/>; while the queue is full, opening is refused as a full backlog is.
    /// </summary>
    /// <exception cref="System.Net.Sockets.SocketException">AddressAlreadyInUse, AddressNotAvailable (no device has that address), ...</exception>
    public RdmaListener Listen(IPEndPoint local, bool dualMode, AcceptQueue queue)
    {
        var listener = new RdmaListener(_manager, _listeners, _links, queue, _options);
        listener.Start(local, dualMode);

        // With one device a blocking taker drives it; with several it is woken by whoever drives the right one.
        RdmaContext[] devices = [.. RdmaContext.GetConnectionManagerContexts().Where(_options.Uses)];
        if (devices.Length == 1)
            queue.Progress = _engines.Get(devices[0]).Engine.Progress;

        return listener;
    }

    /// <summary>
    /// Closes all connections and sees what they have sent on its way, for a second at most: with TCP the kernel would do
    /// so for a process that ends. Nothing is freed: other threads may still be at it.
    /// </summary>
    public void Drain()
    {
        IReadOnlyList<Link> links = Links;
        foreach (Link link in links)
            link.CloseAll();

        long deadline = Environment.TickCount64 + 1000;
        while (Environment.TickCount64 < deadline && links.Any(link => !link.IsDrained))
        {
            foreach (Engine engine in _engines.All)
                engine.Progress.PollOnce();

            Thread.Sleep(1);
            foreach (Link link in links)
                link.PingIfNotDrained();
        }
    }

    /// <summary>
    /// Ends all links and gives everything back. Calls that are under way end as on a link that failed; connections and
    /// listeners may be disposed before or after.
    /// </summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;

        _manager.Post(_links.Close);
        Drain();
        foreach (Link link in Links)
        {
            link.Enter();
            link.Fail("the process closes its network");
            link.Leave();
        }

        SpinWait.SpinUntil(() => Links.Count == 0, TimeSpan.FromSeconds(3));
        _manager.Dispose();
        _engines.Dispose();
    }

    /// <summary>The link is made all the same, for the others who wait for it; its first connection is nobody's.</summary>
    private static void Abandon(Task<PeerOutcome> making) =>
        making.ContinueWith(static made => made.Result.Made.First?.Abort(), TaskScheduler.Default);

    private bool WaitFor(ConnectOperation opening, IProgress progress)
    {
        try
        {
            return progress.Wait(opening, _options.SpinBudget, (int)_options.ConnectTimeout.TotalMilliseconds);
        }
        catch
        {
            // Thread.Interrupt.
            opening.Connection!.Abort();
            throw;
        }
    }

    private Task<PeerOutcome> LinkTo(IPEndPoint remote, IPEndPoint? local, int? window, out bool isMaker)
    {
        var key = (remote, local?.Address);
        isMaker = false;
        if (_byPeer.TryGetValue(key, out Task<PeerOutcome>? known))
            return known;

        var mine = new TaskCompletionSource<PeerOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<PeerOutcome> task = _byPeer.GetOrAdd(key, mine.Task);
        isMaker = ReferenceEquals(mine.Task, task);
        if (isMaker)
            Make(mine, key, remote, local, window);

        return task;
    }

    private async void Make(
        TaskCompletionSource<PeerOutcome> made, (IPEndPoint Remote, IPAddress? Local) key, IPEndPoint remote, IPEndPoint? local,
        int? window)
    {
        LinkOutcome outcome = await _links.ConnectAsync(remote, local, window).ConfigureAwait(false);
        PeerLinks? links = null;
        if (outcome.Link is { } first)
        {
            MarkSpare(first);
            links = new PeerLinks(
                first, async beside => (await _links.ConnectBesideAsync(beside, key.Local).ConfigureAwait(false)).Link);
        }
        else
        {
            _byPeer.TryRemove(new(key, made.Task));
        }

        made.SetResult(new PeerOutcome(outcome, links));
    }

    /// <summary>
    /// If the peer that has answered at another port says that it is a process known already, this link to it is not kept
    /// for long when idle. No more is made of what it says of itself: an OPEN only goes over a link that was made to the same
    /// port, whose owner the kernel knows; over another, any process of that host could take what is meant for this one.
    /// </summary>
    private void MarkSpare(Link made)
    {
        var key = (made.PeerProcess, made.LocalEndPoint.Address, made.RemoteEndPoint.Address);
        lock (_byProcess)
        {
            if (_byProcess.TryGetValue(key, out Link? known) && !known.HasEnded)
            {
                made.IsSpare = true;
                return;
            }

            foreach (var ended in _byProcess.Where(entry => entry.Value.HasEnded).ToArray())
                _byProcess.Remove(ended.Key);

            _byProcess[key] = made;
        }
    }

    private void Forget(IPEndPoint remote, IPEndPoint? local, Task<PeerOutcome> making) =>
        _byPeer.TryRemove(new((remote, local?.Address), making));

    /// <summary>Sends OPEN on one of the links; null when all have ended, or the one to choose takes no more.</summary>
    private static ConnectOperation? BeginOpen(
        PeerLinks links, IPEndPoint remote, IPEndPoint? local, int? window, bool isBlocking, out Link? link)
    {
        do
        {
            link = links.Choose();
            if (link is not null && BeginOpen(link, remote, local, window, isBlocking) is { } opening)
                return opening;
        }
        while (link is { HasEnded: true });

        return null;
    }

    /// <summary>Sends OPEN on a link; null when the link has ended, or takes no more.</summary>
    private static ConnectOperation? BeginOpen(Link link, IPEndPoint remote, IPEndPoint? local, int? window, bool isBlocking)
    {
        var operation = new ConnectOperation();
        link.Enter();
        try
        {
            ushort port = local is { Port: > 0 } ? (ushort)local.Port : SourcePorts.Next(link.LocalEndPoint.Port);
            operation.Connection = link.Open(remote, port, operation, window);
            if (operation.Connection is null)
                return null;

            if (isBlocking)
                operation.BeginBlocking();
            else
                operation.BeginAsync(link.Host.Progress);

            link.Queue(operation.Connection, ControlFlags.Open);
            return operation;
        }
        finally
        {
            link.Leave();
        }
    }

    private ConnectOutcome Conclude(in LinkOutcome outcome) =>
        outcome.First is not null ? Success(outcome.First) : new ConnectOutcome(null, outcome.Reason, outcome.Detail);

    /// <summary>What the answer to OPEN means; null when a new link is to be tried.</summary>
    private ConnectOutcome? Conclude(ConnectOperation opening, RefuseReason reason, IPEndPoint remote, bool mayRetry)
    {
        switch (reason)
        {
            case RefuseReason.None when opening.Connection!.IsAlive:
                return Success(opening.Connection);

            // The process at the other end of this link does not listen there (any more); another may.
            case RefuseReason.None or RefuseReason.NoListener or RefuseReason.NoResources when mayRetry:
                return null;

            default:
                return new ConnectOutcome(null, FallbackReason.PeerRefused, $"{remote} refused: {reason}");
        }
    }

    private ConnectOutcome Success(Connection connection)
    {
        connection.SpinBudget = _options.SpinBudget;
        return new ConnectOutcome(connection, FallbackReason.None, string.Empty);
    }
}

/// <summary>What connecting came to: a connection, or the reason why there is none over RDMA, with more about it.</summary>
internal readonly record struct ConnectOutcome(Connection? Connection, FallbackReason Reason, string Detail);

/// <summary>What came of making the first link to a peer, and, if there is one, the links there.</summary>
internal readonly record struct PeerOutcome(LinkOutcome Made, PeerLinks? Links);
