using System.Net;
using System.Net.NetworkInformation;
using RdmaSharp;

namespace FastSockets.Transport.Verbs;

/// <summary>
/// The networks that RDMA reaches on-link: those of the addresses that the RDMA CM can bind to a device. Reading them takes longer
/// than connecting: who connects again and again is not kept waiting by it.
/// </summary>
internal sealed class LocalNetworks(ConnectionManager manager, TransportOptions options)
{
    /// <summary>After so long they are read anew, in milliseconds; after the second they are not relied on before.</summary>
    private const long Lifetime = 10_000;
    private const long MostLifetime = 60_000;

    private readonly Lock _reading = new();
    private volatile Known? _known;
    private int _isRenewing;
    private long _triedAt;

    private sealed record Known(IPNetwork[] Networks, long ReadAt)
    {
        public bool IsYoungerThan(long age) => Environment.TickCount64 - ReadAt < age;
    }

    public bool Contains(IPAddress destination, out string reason)
    {
        // Asked for each connect: no words for what is the rule.
        reason = "";
        IPNetwork[] networks = Current();
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

    private IPNetwork[] Current()
    {
        if (_known is not { } known || !known.IsYoungerThan(MostLifetime))
            return Read(MostLifetime);

        if (!known.IsYoungerThan(Lifetime) && Environment.TickCount64 - Volatile.Read(ref _triedAt) > Lifetime &&
            Interlocked.Exchange(ref _isRenewing, 1) == 0)
            // Not with what flows along with a connect's calls.
            ThreadPool.UnsafeQueueUserWorkItem(static networks => networks.Renew(), this, preferLocal: false);

        return known.Networks;
    }

    private void Renew()
    {
        try
        {
            Volatile.Write(ref _triedAt, Environment.TickCount64);
            Read(Lifetime);
        }
        catch (Exception e) when (e is NetworkInformationException or ObjectDisposedException or IOException)
        {
            // Tried again later; who finds the list too old reads it himself, and is told.
        }
        finally
        {
            Volatile.Write(ref _isRenewing, 0);
        }
    }

    private IPNetwork[] Read(long age)
    {
        lock (_reading)
        {
            if (_known is { } known && known.IsYoungerThan(age))
                return known.Networks;

            UnicastIPAddressInformation[] addresses =
            [
                .. NetworkInterface.GetAllNetworkInterfaces()
                    .Where(network => network.OperationalStatus != OperationalStatus.Down)
                    .SelectMany(network => network.GetIPProperties().UnicastAddresses)
                    .Where(address => !IPAddress.IsLoopback(address.Address)),
            ];
            var networks = new TaskCompletionSource<IPNetwork[]>();
            manager.Post(() => networks.SetResult([.. addresses.Where(IsOfDevice).Select(NetworkOf).Distinct()]));
            _known = new Known(networks.Task.GetAwaiter().GetResult(), Environment.TickCount64);
            return _known.Networks;
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
