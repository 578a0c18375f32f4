using System.Net;
using FastSockets.Transport.Protocol;
using Microsoft.Extensions.Logging;
using RdmaSharp;

namespace FastSockets.Transport.Verbs;

/// <summary>
/// Makes links by the RDMA CM's handshake, with their first connection in its private data, and unmakes them. All on the
/// connection manager's thread.
/// </summary>
internal sealed class LinkMaker(ConnectionManager manager, Engines engines, TransportOptions options, ILogger logger)
{
    /// <summary>
    /// An acknowledgement is waited for 4.096 us x 2^19 = 2.1 s, seven times: a network cut shorter than some 12 s is
    /// survived, as TCP survives it. (What the CM picks by itself gives up after less than a second on some devices.)
    /// </summary>
    private const byte AckTimeout = 19;

    /// <summary>Not 7, the most that there is, which rxe takes for "without end": it would never notice a dead host.</summary>
    private const byte Retries = 6;

    private const int InlineWanted = 256;

    /// <summary>How long a queue pair in the error state is given to flush, and how often that is looked at; milliseconds.</summary>
    private const int FlushPatience = 2000;
    private const int FlushPeriod = 10;

    /// <summary>How long idle links are given to make room for a new one, in milliseconds.</summary>
    private const int RoomPatience = 100;

    /// <summary>
    /// How long an initiator may take to complete the handshake that it began, in milliseconds. The CM repeats what is lost
    /// every few seconds.
    /// </summary>
    private const int HandshakePatience = 20_000;

    private static readonly ConnectionParameters Parameters = new() { ResponderResources = 1, InitiatorDepth = 1, RetryCount = Retries };

    private const string NetworkClosed = "the network is closed";
    private const string EndedWhileMade = "the link ended while it was made";

    private readonly HashSet<Attempt> _attempts = [];
    private bool _isClosed;
    private long _attemptCount;
    private readonly ulong _process = BitConverter.ToUInt64(Guid.NewGuid().ToByteArray());

    private int DepthOn(VerbsDevice device) => Math.Min(options.SendQueueDepth, device.MaxSendQueueDepth);

    /// <summary>One attempt to make a link and its first connection, or a link alone beside another.</summary>
    private sealed class Attempt(IPEndPoint remote, int? window, Link? beside = null)
    {
        // What waits for it is this layer's own, and short: it runs on the manager's thread, and no other need wake for it.
        public readonly TaskCompletionSource<LinkOutcome> Result = new();
        public readonly IPEndPoint Remote = remote;
        public readonly int? Window = window;
        public readonly Link? Beside = beside;
        public CmId? Id;
        public Link? Link;
        public Connection? First;
        public bool IsRetry;
        public bool IsRouted;
    }

    /// <summary>Connects; the outcome has the link with an open connection, or the reason why not. Does not throw.</summary>
    public Task<LinkOutcome> ConnectAsync(IPEndPoint remote, IPEndPoint? local, int? window)
    {
        var attempt = new Attempt(remote, window);
        manager.Post(() => Step(attempt, () => Begin(attempt, local)));
        return attempt.Result.Task;
    }

    /// <summary>
    /// Makes a further link, without a connection, to the process that a link leads to. The outcome has it, or the reason why
    /// not. Does not throw.
    /// </summary>
    public Task<LinkOutcome> ConnectBesideAsync(Link link, IPAddress? local)
    {
        var attempt = new Attempt(link.RemoteEndPoint, null, link);
        manager.Post(() => Step(attempt, () => BeginBeside(attempt, local)));
        return attempt.Result.Task;
    }

    /// <summary>Attempts so far.</summary>
    public long Attempts => Interlocked.Read(ref _attemptCount);

    /// <summary>Ends every attempt that is under way. New ones fail.</summary>
    public void Close()
    {
        _isClosed = true;
        foreach (Attempt attempt in _attempts.ToArray())
            GiveUp(attempt, FallbackReason.DeviceError, NetworkClosed);
    }

    private void Begin(Attempt attempt, IPEndPoint? local)
    {
        if (_isClosed)
        {
            GiveUp(attempt, FallbackReason.DeviceError, NetworkClosed);
            return;
        }

        Interlocked.Increment(ref _attemptCount);
        _attempts.Add(attempt);
        attempt.Id = manager.CreateId(happened => OnEvent(attempt, happened));
        attempt.Id.ResolveAddress(attempt.Remote, options.ConnectTimeout, local);
    }

    private void BeginBeside(Attempt attempt, IPAddress? local)
    {
        (ulong process, IPAddress address) = (attempt.Beside!.PeerProcess, attempt.Remote.Address);
        int links = engines.All.Sum(engine => engine.CountLinksTo(process, address)) +
            _attempts.Count(other => other.Beside?.PeerProcess == process);
        if (links >= options.MaxLinksPerPeer)
            GiveUp(attempt, FallbackReason.DeviceError, $"there are {links} links to that process");
        else
            Begin(attempt, local is null ? null : new IPEndPoint(local, 0));
    }

    /// <summary>A step of an attempt: what the device or the CM refuses ends the attempt, and nothing else.</summary>
    private void Step(Attempt attempt, Action step)
    {
        try
        {
            step();
        }
        catch (IOException e)
        {
            GiveUp(attempt, FallbackReason.DeviceError, e.Message);
        }
    }

    private void OnEvent(Attempt attempt, CmEvent happened)
    {
        switch (happened.Type)
        {
            case CmEventType.AddressResolved:
                Step(attempt, () => OnAddressResolved(attempt));
                break;
            case CmEventType.RouteResolved:
                attempt.IsRouted = true;
                Step(attempt, () => RequestIfReady(attempt));
                break;
            case CmEventType.Established:
                Establish(attempt, happened.PrivateData);
                break;
            case CmEventType.Rejected when attempt.Result.Task.IsCompleted && attempt.Link is { } link:
                // The peer has ended the link before it knew that it was up.
                Disconnect(link, happened);
                break;
            case CmEventType.Rejected:
                GiveUp(attempt, Explain(happened), $"rejected: {happened.RejectReason}");
                break;
            case CmEventType.Disconnected or CmEventType.DeviceRemoval when !attempt.Result.Task.IsCompleted:
                GiveUp(attempt, FallbackReason.DeviceError, happened.ToString());
                break;
            case CmEventType.Disconnected or CmEventType.DeviceRemoval when attempt.Link is { } link:
                Disconnect(link, happened);
                break;
            case CmEventType.AddressError or CmEventType.RouteError or CmEventType.Unreachable or CmEventType.ConnectError:
                GiveUp(attempt, FallbackReason.DeviceError, happened.ToString());
                break;
        }
    }

    private void OnAddressResolved(Attempt attempt)
    {
        if (attempt.Id!.Context is { } context && !options.Uses(context))
        {
            GiveUp(attempt, FallbackReason.NotLocal, $"{context.Device.Name}, the device on the way, is not to be used");
            return;
        }

        attempt.Id.ResolveRoute(options.ConnectTimeout);
        // While the kernel looks for the route.
        Prepare(attempt);
    }

    private void Prepare(Attempt attempt)
    {
        CmId id = attempt.Id!;
        bool isAlone = attempt.Beside is not null;
        if (MakeLink(id, isInitiator: true, attempt.Remote, isAlone) is not { } link)
        {
            if (attempt.IsRetry || isAlone)
            {
                GiveUp(attempt, FallbackReason.DeviceError, "the device has no room for another link");
                return;
            }

            attempt.IsRetry = true;
            engines.Get(id.Context!).Engine.CloseIdleLinks();
            manager.PostLater(RoomPatience, () =>
            {
                if (!attempt.Result.Task.IsCompleted)
                    Step(attempt, () => Prepare(attempt));
            });
            return;
        }

        attempt.Link = link;
        // Whatever ends the link before the peer has answered drops the kernel's events with it. (Before, the kernel bounds what it does.)
        manager.PostLater((int)(2 * options.ConnectTimeout).TotalMilliseconds, () => GiveUpInTime(attempt));
        if (!isAlone)
        {
            link.Enter();
            attempt.First = link.Open(attempt.Remote, (ushort)link.LocalEndPoint.Port, null, attempt.Window);
            link.Leave();
        }

        id.SetAckTimeout(AckTimeout);
        RequestIfReady(attempt);
    }

    /// <summary>Once there are both the link and the route.</summary>
    private void RequestIfReady(Attempt attempt)
    {
        if (attempt.Link is not { } link || !attempt.IsRouted)
            return;

        if (link.HasEnded)
        {
            GiveUp(attempt, FallbackReason.DeviceError, EndedWhileMade);
            return;
        }

        Span<byte> hello = stackalloc byte[Hello.Size];
        HelloOf(link, attempt.First).Write(hello);
        attempt.Id!.Connect(Parameters, hello);

        // From here it is the peer that takes the time.
        manager.PostLater((int)options.ConnectTimeout.TotalMilliseconds, () => GiveUpInTime(attempt));
    }

    private void GiveUpInTime(Attempt attempt) => GiveUp(
        attempt, FallbackReason.TimedOut, $"no answer within {options.ConnectTimeout.TotalMilliseconds:0} ms");

    private void Establish(Attempt attempt, ReadOnlySpan<byte> privateData)
    {
        Link link = attempt.Link!;
        RefuseReason wrong = Hello.TryRead(privateData, out Hello hello);
        if (wrong != RefuseReason.None)
        {
            GiveUp(attempt, FallbackReason.VersionMismatch, $"its hello cannot be used: {wrong}");
            return;
        }

        if (hello.IsLinkAlone != attempt.Beside is not null)
        {
            GiveUp(attempt, FallbackReason.VersionMismatch, "it takes a link without a connection for one with, or the reverse");
            return;
        }

        if (attempt.Beside is { } beside && beside.PeerProcess != hello.Process)
        {
            GiveUp(attempt, FallbackReason.PeerRefused, "another process listens there now");
            return;
        }

        if (link.HasEnded)
        {
            GiveUp(attempt, FallbackReason.DeviceError, EndedWhileMade);
            return;
        }

        link.Enter();
        link.OnHello(hello);
        attempt.First?.OnAccepted(hello.Connection, hello.Window);
        link.Leave();
        TransportLog.LinkUp(logger, link.RemoteEndPoint, link.Device, "initiator");
        _attempts.Remove(attempt);
        if (!attempt.Result.TrySetResult(new LinkOutcome(link, attempt.First, FallbackReason.None, "")))
            attempt.First?.Abort();
    }

    /// <summary>Ends an attempt that has not succeeded. Whatever of it exists is taken down.</summary>
    private void GiveUp(Attempt attempt, FallbackReason reason, string detail)
    {
        _attempts.Remove(attempt);
        if (!attempt.Result.TrySetResult(new LinkOutcome(null, null, reason, detail)))
            return;

        TransportLog.LinkFailed(logger, attempt.Remote, detail);
        if (attempt.Link is { } link)
            Fail(link, detail);
        else if (attempt.Id is { } id)
            manager.Destroy(id);
    }

    /// <summary>A peer asks for a link; its first connection, if it has one, is accepted or rejected with it.</summary>
    public void OnRequest(CmEvent request, IPEndPoint listening)
    {
        CmId id = request.Id;
        Link? link = null;
        try
        {
            RefuseReason wrong = Hello.TryRead(request.PrivateData, out Hello hello);
            if (wrong == RefuseReason.None)
                wrong = Accept(id, hello, listening, out link);

            if (wrong == RefuseReason.None)
                return;

            TransportLog.LinkRefused(logger, id.RemoteEndPoint, wrong.ToString());
            id.Reject(Hello.Reject(wrong));
        }
        catch (IOException e)
        {
            TransportLog.LinkRefused(logger, id.RemoteEndPoint, e.Message);
        }

        if (link is null)
            manager.Destroy(id);
        else
            Fail(link, "it was not accepted");
    }

    private RefuseReason Accept(CmId id, in Hello hello, IPEndPoint listening, out Link? made)
    {
        // What will be refused is refused before it costs a queue pair.
        made = null;
        if (!options.Uses(id.Context!))
            return RefuseReason.NoListener;

        (Engine engine, VerbsDevice device) = engines.Get(id.Context!);
        if (engine.FindListener(id.LocalEndPoint!.Address, listening.Port) is not { } backlog)
            return RefuseReason.NoListener;

        if (!backlog.HasRoom)
            return RefuseReason.BacklogFull;

        if (!engine.HasRoomFor(id.RemoteEndPoint!.Address, DepthOn(device)))
            return RefuseReason.NoResources;

        Link? link = made = MakeLink(id, isInitiator: false, id.RemoteEndPoint!, hello.IsLinkAlone);
        if (link is null)
            return RefuseReason.NoResources;

        bool isEstablished = false;
        manager.Handle(id, happened =>
        {
            isEstablished |= happened.Type == CmEventType.Established;
            OnAcceptedEvent(link, happened);
        });
        Connection? first = null;
        if (!hello.IsLinkAlone)
        {
            link.Enter();
            RefuseReason wrong = link.TryAccept(
                (ushort)listening.Port, hello.SourcePort, hello.Connection, hello.Window, out first, out _);
            link.Leave();
            if (wrong != RefuseReason.None)
                return wrong;
        }

        id.SetAckTimeout(AckTimeout);
        Span<byte> reply = stackalloc byte[Hello.Size];
        HelloOf(link, first).Write(reply);
        id.Accept(Parameters, reply);

        // Only now can the queue pair send: the application must not have the connection any earlier.
        link.Enter();
        link.OnHello(hello);
        link.Leave();
        TransportLog.LinkUp(logger, link.RemoteEndPoint, link.Device, "acceptor");
        if (first is not null && !backlog.Enqueue(first))
            first.Abort();

        manager.PostLater(HandshakePatience, () =>
        {
            // Anything heard of the peer completes the handshake as well as its last message, which may be lost.
            if (!isEstablished && link.Activity == 0)
                Fail(link, "it did not complete its handshake");
        });
        return RefuseReason.None;
    }

    private static void OnAcceptedEvent(Link link, CmEvent happened)
    {
        if (happened.Type is CmEventType.Disconnected or CmEventType.DeviceRemoval
            or CmEventType.ConnectError or CmEventType.Unreachable or CmEventType.Rejected)
            Disconnect(link, happened);
    }

    /// <summary>What the peer sent before it went counts: it is taken before the link ends.</summary>
    private static void Disconnect(Link link, CmEvent happened)
    {
        link.Host.Progress.PollOnce();
        Fail(link, $"the peer is gone ({happened})");
    }

    private static void Fail(Link link, string reason)
    {
        link.Enter();
        link.Fail(reason);
        link.Leave();
    }

    /// <summary>Makes the queue pair and the link of an identifier that is bound to a device. Null: the device is full.</summary>
    private Link? MakeLink(CmId id, bool isInitiator, IPEndPoint remote, bool isFurther)
    {
        (Engine engine, VerbsDevice device) = engines.Get(id.Context!);
        int depth = DepthOn(device);
        bool hasRoom = isFurther
            ? engine.TryReserveFurther(LinkCredits.MinGrant, depth)
            : engine.TryReserve(LinkCredits.MinGrant, depth);
        if (!hasRoom)
            return null;

        try
        {
            Link? link = null;
            QueuePair queuePair = CreateQueuePair(id, device, depth);
            var fabric = new VerbsQueuePair(queuePair, depth, () => manager.Post(() => Retire(id, engine, link!)));
            link = new Link(engine, fabric, LinkCredits.MinGrant, id.LocalEndPoint!, remote, device.Name)
            {
                Window = options.ReceiveWindow,
                MaxWindow = options.MaxReceiveWindow,
                MaxGrant = options.MaxCreditsPerLink,
            };
            engine.Add(link, isInitiator, depth);
            return link;
        }
        catch
        {
            engine.Unreserve(LinkCredits.MinGrant, depth);
            throw;
        }
    }

    /// <summary>With as much inline room as the device gives: the least is none.</summary>
    private static QueuePair CreateQueuePair(CmId id, VerbsDevice device, int depth)
    {
        for (int inline = InlineWanted; ; inline = inline > 32 ? inline / 2 : 0)
        {
            try
            {
                return id.CreateQueuePair(device.Domain, device.LinkOptions(depth, inline));
            }
            catch (RdmaException) when (inline > 0)
            {
            }
        }
    }

    /// <summary>Takes a failed link's queue pair down, in the order that loses no slab: error, flush, destroy.</summary>
    private void Retire(CmId id, Engine engine, Link link)
    {
        try
        {
            // To the error state, in which all that is posted is flushed; tells the peer as well.
            id.Disconnect();
        }
        catch (RdmaException)
        {
            // Never connected, or disconnected already.
        }

        DestroyWhenFlushed(id, engine, link, Environment.TickCount64 + FlushPatience);
    }

    private void DestroyWhenFlushed(CmId id, Engine engine, Link link, long deadline)
    {
        engine.Progress.PollOnce();
        // A thread that posts to it, however long it is kept from that, must find it.
        if (link.IsPosting || (!link.IsFlushed && Environment.TickCount64 < deadline))
        {
            manager.PostLater(FlushPeriod, () => DestroyWhenFlushed(id, engine, link, deadline));
            return;
        }

        manager.Destroy(id);
        // The destroyed queue pair's last completions, if any, still free their slabs.
        engine.Progress.PollOnce();
        engine.Remove(link);
    }

    private Hello HelloOf(Link link, Connection? first) => new(
        (uint)options.SlabSize, (ushort)link.Grant, (ushort)(first?.LocalEndPoint.Port ?? 0), _process,
        first?.Id ?? default, (uint)(first?.ReceiveWindow ?? 0))
    {
        IsLinkAlone = first is null,
    };

    private static FallbackReason Explain(CmEvent rejected) => rejected.RejectReason switch
    {
        CmRejectReason.InvalidServiceId => FallbackReason.PeerWithoutFastSockets,
        CmRejectReason.ConsumerDefined => Hello.ReadReject(rejected.PrivateData) switch
        {
            RefuseReason.None or RefuseReason.NoListener => FallbackReason.PeerWithoutFastSockets,
            RefuseReason.Version => FallbackReason.VersionMismatch,
            _ => FallbackReason.PeerRefused,
        },
        _ => FallbackReason.PeerRefused,
    };
}

/// <summary>A link with its first connection, if it was to have one, or the reason why there is none.</summary>
internal readonly record struct LinkOutcome(Link? Link, Connection? First, FallbackReason Reason, string Detail);
