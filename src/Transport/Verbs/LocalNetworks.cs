using System.Net;
using System.Net.NetworkInformation;
using RdmaSharp;

namespace FastSockets.Transport.Verbs;

/// <summary>The networks that RDMA reaches on-link: those of the addresses that the RDMA CM can bind to a device.</summary>
internal sealed class LocalNetworks(ConnectionManager manager, TransportOptions options)
{
    private const long Lifetime = 10_000;

    private readonly Lock _lock = new();
    private IPNetwork[] _networks = [];
    private long _readAt = -Lifetime;

    public bool Contains(IPAddress destination, out string reason)
    {
        // Asked for each connect: no words for what is the rule.
        reason = "";
        IPNetwork[] networks = Read();
        foreach (IPNetwork network in networks)
        {
            if (network.Contains(destination))
                return true;
        }

        reason = networks.Length == 0
            ? "no network interface with an address has an RDMA device"
            : $"{destination} is in none of RDMA's networks: {string.Join(", ", networks)}";
        return false;
    }

    private IPNetwork[] Read()
    {
        lock (_lock)
        {
            long now = Environment.TickCount64;
            if (now - _readAt < Lifetime)
                return _networks;

            UnicastIPAddressInformation[] addresses =
            [
                .. NetworkInterface.GetAllNetworkInterfaces()
                    .Where(network => network.OperationalStatus != OperationalStatus.Down)
                    .SelectMany(network => network.GetIPProperties().UnicastAddresses)
                    .Where(address => !IPAddress.IsLoopback(address.Address)),
            ];
            var networks = new TaskCompletionSource<IPNetwork[]>();
            manager.Post(() => networks.SetResult([.. addresses.Where(IsOfDevice).Select(NetworkOf).Distinct()]));
            _networks = networks.Task.GetAwaiter().GetResult();
            _readAt = now;
            return _networks;
        }
    }

    /// <summary>The RDMA CM binds an identifier to a device by the address, on InfiniBand (IPoIB) and RoCE alike.</summary>
    private bool IsOfDevice(UnicastIPAddressInformation address)
    {
        CmId? id = null;
        try
        {
            id = manager.CreateId(static _ => { });
            id.Bind(new IPEndPoint(address.Address, 0));
            return id.Context is { } context && options.Uses(context);
        }
        catch (RdmaException)
        {
            return false;
        }
        finally
        {
            if (id is not null)
                manager.Destroy(id);
        }
    }

    private static IPNetwork NetworkOf(UnicastIPAddressInformation address)
    {
        byte[] bytes = address.Address.GetAddressBytes();
        for (int bit = address.PrefixLength; bit < bytes.Length * 8; bit++)
            bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));

        return new IPNetwork(new IPAddress(bytes), address.PrefixLength);
    }
}
