using System.Collections.Concurrent;
using System.Net;

namespace FastSockets.Transport.Verbs;

/// <summary>Peers found without Fast Sockets, so that falling back costs nothing the next time. Thread safe.</summary>
internal sealed class PeersWithout(TimeSpan lifetime)
{
    private const int MaxRemembered = 10_000;

    private readonly ConcurrentDictionary<IPEndPoint, (long Until, ConnectOutcome Outcome)> _peers = new();

    public bool Knows(IPEndPoint peer, out ConnectOutcome outcome)
    {
        outcome = default;
        if (_peers.IsEmpty || !_peers.TryGetValue(peer, out (long Until, ConnectOutcome Outcome) known))
            return false;

        if (known.Until < Environment.TickCount64)
        {
            _peers.TryRemove(peer, out _);
            return false;
        }

        outcome = known.Outcome;
        return true;
    }

    public void Remember(IPEndPoint peer, in ConnectOutcome outcome)
    {
        // Asked first: the count takes all of the dictionary's locks.
        if (_peers.ContainsKey(peer))
            return;

        // Forgetting all is cheaper than a better rule, and costs each peer one more attempt.
        if (_peers.Count >= MaxRemembered)
            _peers.Clear();

        _peers[peer] = (Environment.TickCount64 + (long)lifetime.TotalMilliseconds,
            outcome with { Detail = $"remembered: {outcome.Detail}" });
    }
}
