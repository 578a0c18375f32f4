using RdmaSharp;

namespace FastSockets.Transport;

/// <summary>What a process may choose about the transport. Read once, when <see cref="RdmaNetwork"/> opens.</summary>
internal sealed class TransportOptions
{
    /// <summary>Bytes of one slab, the largest payload of one eager message.</summary>
    public int SlabSize { get; init; } = 32 * 1024;

    /// <summary>
    /// Link credits that a peer that uses them may come to: slabs at this end that its link may have outstanding. A link
    /// begins with the few that it cannot do without. No more than bulk needs: short messages are gathered while there are no credits, so that
    /// with 128 of them a stream of 64 bytes was ten times slower on rxe than with 32, and no size was faster.
    /// </summary>
    public int MaxCreditsPerLink { get; init; } = 32;

    /// <summary>
    /// Links to one process up to which busy ones get another beside them; 1: none do. Those that connecting cannot do without, one
    /// for each port, are not bounded by this.
    /// </summary>
    public int MaxLinksPerPeer { get; init; } = 4;

    /// <summary>Send work requests that a link may have outstanding.</summary>
    public int SendQueueDepth { get; init; } = 64;

    /// <summary>Registered slabs for staging sends, per device; the pool grows to this on demand.</summary>
    public int SendSlabs { get; init; } = 64;

    /// <summary>Bytes that a connection's receiver is ready to hold (as SO_RCVBUF).</summary>
    public int ReceiveWindow { get; init; } = 256 * 1024;

    /// <summary>What the window of a fast reader grows to, if it was not set.</summary>
    public int MaxReceiveWindow { get; init; } = 4 * 1024 * 1024;

    /// <summary>Bytes from which on a receive into pool memory is posted to the peer. Null: measured on the device.</summary>
    public int? PostThreshold { get; init; }

    /// <summary>Bytes from which on other memory is registered for one operation. Null: never.</summary>
    public int? RegisterThreshold { get; init; }

    /// <summary>Bytes from which on a send from pool memory is posted as it is. Null: measured on the device.</summary>
    public int? SendThreshold { get; init; }

    /// <summary>How long a blocking caller polls before it sleeps. Zero: never; infinite: always. The default is what sleeping costs a
    /// round trip in which both ends sleep.</summary>
    public TimeSpan SpinBudget
    {
        get => OrMeasured(field);
        init;
    } = Measured;

    /// <summary>Stands for what is measured when it is first asked for, which takes some 25 ms: a program without a device never does.</summary>
    public static TimeSpan Measured => TimeSpan.MinValue;

    public static TimeSpan OrMeasured(TimeSpan spinBudget) =>
        spinBudget == Measured ? 2 * Progress.WakeCost.ThereAndBack : spinBudget;

    /// <summary>How long connecting by RDMA may take before the connection falls back to TCP.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a link with no connections is kept.</summary>
    public TimeSpan LinkIdleTime { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a silent link is trusted before it is pinged. A ping that no device answers fails it, some 15 s later.</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a peer may take to end its side of a connection that was closed here, before it is reset.</summary>
    public TimeSpan ClosePatience { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// How long a send may stay without an acknowledgement before its link fails. Longer than the device tries by itself (15 s):
    /// this is for a peer whose device answers, but that has posted no receive for what it granted credits for.
    /// </summary>
    public TimeSpan SendPatience { get; init; } = TimeSpan.FromSeconds(40);

    /// <summary>How long a peer found without Fast Sockets is reached by TCP at once.</summary>
    public TimeSpan RememberPeersWithout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The names of the devices to use. None: all.</summary>
    public IReadOnlyList<string> Devices { get; init; } = [];

    public bool Uses(RdmaContext context) => Devices.Count == 0 || Devices.Contains(context.Device.Name);
}
