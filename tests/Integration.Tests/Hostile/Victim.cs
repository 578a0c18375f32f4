using System.Net;
using System.Security.Cryptography;
using FastSockets.Transport;
using FastSockets.Transport.Protocol;

namespace FastSockets.Integration.Tests.Hostile;

/// <summary>Which end of the link the hostile peer is.</summary>
public enum HostileRole
{
    Initiator,
    Acceptor,
}

/// <summary>
/// A network that hostile peers meet, with an honest pair of connections on a link of its own: whatever happens to the
/// others, that pair transfers its bytes.
/// </summary>
public sealed class Victim : IDisposable
{
    /// <summary>Less than the first credits of a link carry, so that it can be overrun within them.</summary>
    internal const int Window = 128 * 1024;

    private const int HonestBytes = 400_000;
    private const int HonestLinkEnds = 2;

    private readonly RdmaListener _honestListener;
    private readonly RdmaListener _listener;
    private readonly Link _honestLink;
    private readonly Connection _honestClient;
    private readonly Connection _honestServer;

    public Victim() : this(new TransportOptions().SendQueueDepth)
    {
    }

    /// <param name="sendQueueDepth">The longer, the fewer links the device has room for.</param>
    internal Victim(int sendQueueDepth)
    {
        Options = new TransportOptions
        {
            // Machines on which this runs may be slow, and a queue pair that its peer has broken shows at the next ping.
            ConnectTimeout = TimeSpan.FromSeconds(10),
            KeepAlive = TimeSpan.FromSeconds(1),
            ClosePatience = TimeSpan.FromSeconds(2),
            SendPatience = TimeSpan.FromSeconds(8),
            SendQueueDepth = sendQueueDepth,
            ReceiveWindow = Window,
            MaxReceiveWindow = Window,
        };
        Network = RdmaNetwork.TryOpen(Options, Log, out string reason)!;
        Assert.Equal("", reason);
        _honestListener = Network.Listen(new IPEndPoint(Machine.Address, 0), dualMode: false, HonestQueue);
        _listener = Network.Listen(new IPEndPoint(Machine.Address, 0), dualMode: false, Queue);
        _honestClient = Network.Connect(_honestListener.LocalEndPoint, null).Connection!;
        _honestServer = (Connection)HonestQueue.Take(60_000)!;
        _honestLink = Network.Links[0];
    }

    internal TransportOptions Options { get; }

    internal RecordingLogger Log { get; } = new();

    internal RdmaNetwork Network { get; }

    /// <summary>Where accepted connections of hostile peers are; a backlog of few.</summary>
    internal AcceptQueue Queue { get; } = new(4);

    internal AcceptQueue HonestQueue { get; } = new(16);

    internal IPEndPoint EndPoint => _listener.LocalEndPoint;

    internal IPEndPoint HonestEndPoint => _honestListener.LocalEndPoint;

    /// <summary>Makes a link with a hostile peer, and its first connection.</summary>
    internal Encounter Meet(HostileRole role) => Meet(role, HostilePeer.Greeting);

    internal Encounter Meet(HostileRole role, in Hello hello)
    {
        if (role == HostileRole.Initiator)
        {
            DropAccepted();
            HostilePeer initiator = HostilePeer.Connect(EndPoint, hello);
            Assert.Equal(RdmaSharp.CmEventType.Established, initiator.Answer!.Type);
            return new Encounter(initiator, (Connection)Queue.Take(60_000)!, FindLink(initiator));
        }

        using var listener = new HostileListener();
        IPEndPoint remote = listener.EndPoint;
        Task<ConnectOutcome> connecting = Task.Run(() => Network.Connect(remote, null));
        HostilePeer acceptor = listener.Accept(HostilePeer.Bytes(hello), hello.Credits);
        ConnectOutcome outcome = connecting.WaitAsync(Pairs.Limit).GetAwaiter().GetResult();
        Assert.Equal(FallbackReason.None, outcome.Reason);
        return new Encounter(acceptor, outcome.Connection!, FindLink(acceptor));
    }

    /// <summary>The honest pair sends to each other, and what arrives is what was sent.</summary>
    internal async Task TransferAsync()
    {
        await Task.WhenAll(OneWayAsync(_honestClient, _honestServer), OneWayAsync(_honestServer, _honestClient))
            .WaitAsync(Pairs.Limit);
    }

    /// <summary>Runs a deed of a hostile peer, with honest transfers before, during and after it.</summary>
    internal async Task SurviveAsync(Action deed)
    {
        Log.Clear();
        await TransferAsync();
        Task during = TransferAsync();
        await Task.Run(deed).WaitAsync(Pairs.Limit);
        await during;
        await TransferAsync();
    }

    /// <summary>Waits until this end of the link has ended, for this reason.</summary>
    internal void AssertEnded(HostilePeer peer, string reason)
    {
        string? line = Log.Await(HostilePeer.Patience, $"Link with {peer.EndPoint} has ended");
        Assert.NotNull(line);
        Assert.Contains(reason, line, StringComparison.Ordinal);
    }

    /// <summary>All that hostile peers were given is back: only the honest link holds anything.</summary>
    internal void AssertNothingLeaked()
    {
        DropAccepted();

        long deadline = Environment.TickCount64 + (long)HostilePeer.Patience.TotalMilliseconds;
        while ((Network.Links.Count > HonestLinkEnds || Unaccounted > 0) && Environment.TickCount64 < deadline)
            Thread.Sleep(5);

        Assert.Equal((HonestLinkEnds, 0), (Network.Links.Count, Unaccounted));
    }

    public void Dispose()
    {
        _honestClient.Dispose();
        _honestServer.Dispose();
        _listener.Dispose();
        _honestListener.Dispose();
        Network.Dispose();
    }

    /// <summary>Credits granted to nobody that is there.</summary>
    private int Unaccounted => _honestLink.ReceiveSlabs.Granted - Network.Links.Sum(link => link.Grant);

    /// <summary>What earlier peers opened and no test took.</summary>
    private void DropAccepted()
    {
        foreach (AcceptQueue queue in (AcceptQueue[])[Queue, HonestQueue])
        {
            while (queue.TryTake(out object? left))
                ((Connection)left!).Abort();
        }
    }

    private Link FindLink(HostilePeer peer) =>
        Network.Links.Single(link => !link.HasEnded && link.RemoteEndPoint.Equals(peer.EndPoint));

    private static async Task OneWayAsync(Connection from, Connection to)
    {
        byte[] sent = RandomNumberGenerator.GetBytes(HonestBytes), received = new byte[HonestBytes];
        Task<int> sending = from.SendAsync(sent).AsTask();
        for (int at = 0; at < HonestBytes;)
        {
            int count = await to.ReceiveAsync(received.AsMemory(at));
            Assert.NotEqual(0, count);
            at += count;
        }

        await sending;
        Assert.Equal(SHA256.HashData(sent), SHA256.HashData(received));
    }
}

/// <summary>A hostile peer, and the victim's ends of its link and of its first connection.</summary>
internal sealed record Encounter(HostilePeer Peer, Connection Victim, Link Link) : IDisposable
{
    /// <summary>The connection's id at the victim.</summary>
    public ConnectionId Id => Victim.Id;

    public void Dispose()
    {
        Victim.Abort();
        Peer.Dispose();
    }
}
