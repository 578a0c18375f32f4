using System.Net;

namespace FastSockets.Transport.Verbs;

/// <summary>The process's listeners by port and address. Thread safe.</summary>
internal sealed class ListenerTable : IListeners
{
    private readonly Lock _lock = new();
    private readonly Dictionary<int, List<(IPAddress Address, AcceptQueue Queue)>> _byPort = [];

    public void Add(IPEndPoint local, AcceptQueue queue)
    {
        lock (_lock)
        {
            if (!_byPort.TryGetValue(local.Port, out var listeners))
                _byPort[local.Port] = listeners = [];

            listeners.Add((local.Address, queue));
        }
    }

    public void Remove(IPEndPoint local, AcceptQueue queue)
    {
        lock (_lock)
        {
            if (_byPort.TryGetValue(local.Port, out var listeners))
                listeners.RemoveAll(listener => ReferenceEquals(listener.Queue, queue));
        }
    }

    /// <summary>An exact address goes before a wildcard.</summary>
    public AcceptQueue? Find(IPAddress address, int port)
    {
        lock (_lock)
        {
            if (!_byPort.TryGetValue(port, out var listeners))
                return null;

            AcceptQueue? wildcard = null;
            foreach ((IPAddress listening, AcceptQueue queue) in listeners)
            {
                if (listening.Equals(address))
                    return queue;

                if (listening.Equals(IPAddress.IPv6Any) || (listening.Equals(IPAddress.Any) && IsIPv4(address)))
                    wildcard = queue;
            }

            return wildcard;
        }
    }

    private static bool IsIPv4(IPAddress address) =>
        address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork || address.IsIPv4MappedToIPv6;
}
