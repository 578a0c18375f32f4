using FastSockets.Transport.Fabric;
using FastSockets.Transport.Memory;
using FastSockets.Transport.Progress;

namespace FastSockets.Transport.Protocol;

/// <summary>What a link needs of the engine that it belongs to. All may be called under the link's lock.</summary>
internal interface ILinkHost
{
    ReceiveSlabs ReceiveSlabs { get; }

    SendSlabs SendSlabs { get; }

    DeviceMemory Memory { get; }

    IProgress Progress { get; }

    /// <summary>Takes slabs, and places in the completion queue, for more credits. False: the device has none to spare.</summary>
    bool TryGrant(int credits);

    /// <summary>Gives back what served that many credits.</summary>
    void Ungrant(int credits);

    /// <summary>Where connections to a port of this end queue; null when nothing listens there.</summary>
    AcceptQueue? FindListener(Link link, ushort port);

    /// <summary>Links that wait for sends to complete: while there are any, every completion wakes, not only solicited ones.</summary>
    void BacklogChanged(int delta);

    /// <summary>Links that have something to send, and cannot: while there are any, what arrives is taken without delay.</summary>
    void UnsentChanged(int delta);

    /// <summary>The link's bundles are to be pumped by the engine's thread.</summary>
    void BundlingBegan(Link link);

    /// <summary>A link could get no send slab; it is to be pumped when one may be free.</summary>
    void StarvedOfSlabs(Link link);

    /// <summary>The link has failed or ended. Its queue pair is closing; its last completions are still to come.</summary>
    /// <param name="link">Which.</param>
    /// <param name="reason">Why.</param>
    /// <param name="lost">Connections that it took with it.</param>
    void LinkEnded(Link link, string reason, int lost);
}
