using System.Net;

namespace FastSockets.Internal;

internal static class IPNetworks
{
    /// <summary>IPv4 networks that are written as IPv6's ::ffff:a.b.c.d/n: destinations are compared unmapped.</summary>
    public static IPNetwork Unmapped(this IPNetwork network) =>
        network.BaseAddress.IsIPv4MappedToIPv6 && network.PrefixLength >= 96
            ? new IPNetwork(network.BaseAddress.MapToIPv4(), network.PrefixLength - 96)
            : network;
}
