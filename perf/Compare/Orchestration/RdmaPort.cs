using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace FastSockets.Perf;

/// <summary>What sysfs says of port 1 of an RDMA device.</summary>
internal static class RdmaPort
{
    private const string Devices = "/sys/class/infiniband";

    private const string Otherwise =
        "Give another of HOST's addresses by --peer-address, or make a route to it through the RDMA interface.";

    /// <summary>The device from which packets leave for <paramref name="address"/>, and the address that they then come from.</summary>
    /// <exception cref="MeasurementException">No device is on the way there.</exception>
    public static (string Device, IPAddress Address) Towards(IPAddress address)
    {
        IPAddress own;
        try
        {
            // Sends nothing.
            using var socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            socket.Connect(address, 9);
            own = ((IPEndPoint)socket.LocalEndPoint!).Address;
        }
        catch (SocketException failure)
        {
            throw new MeasurementException($"There is no way from here to {address}: {failure.Message}. {Otherwise}");
        }
        return DeviceOf(own) is { } device
            ? (device, own)
            : throw new MeasurementException(
                $"{address} is reached from {own}, which is no address of an RDMA device of this host. {Otherwise}");
    }

    /// <summary>The IPv4 addresses of this host's devices.</summary>
    public static IEnumerable<IPAddress> Addresses() =>
        from netdev in NetworkInterface.GetAllNetworkInterfaces()
        from own in netdev.GetIPProperties().UnicastAddresses
        where own.Address.AddressFamily == AddressFamily.InterNetwork && DeviceOf(own.Address) is not null
        select own.Address;

    /// <summary>The device of this host that has the address; null if none has.</summary>
    public static string? DeviceOf(IPAddress address)
    {
        string[] devices = Directory.Exists(Devices) ? [.. Directory.GetDirectories(Devices).Select(Path.GetFileName)!] : [];
        string? netdev = NetworkInterface.GetAllNetworkInterfaces()
            .FirstOrDefault(each => each.GetIPProperties().UnicastAddresses.Any(own => own.Address.Equals(address)))?.Name;
        return devices.FirstOrDefault(device => FindGid(device, address) is not null)
            ?? devices.FirstOrDefault(device => netdev is not null && Directory.Exists($"{Devices}/{device}/device/net/{netdev}"));
    }

    /// <summary>The index of the RoCE v2 (or InfiniBand) GID that stands for <paramref name="address"/>.</summary>
    /// <remarks>On InfiniBand proper GIDs are not addresses, and the first is the port's own.</remarks>
    public static string GidIndexOf(string device, string address) => FindGid(device, IPAddress.Parse(address)) ?? "0";

    public static string Netdev(string device) =>
        Directory.GetFiles(Path.Combine(Folder(device), "gid_attrs", "ndevs"))
            .Select(TryRead).FirstOrDefault(name => name.Length > 0) ?? "";

    public static int NetdevMtu(string device) =>
        int.TryParse(TryRead($"/sys/class/net/{Netdev(device)}/mtu"), CultureInfo.InvariantCulture, out int mtu) ? mtu : 0;

    /// <summary>Soft-RoCE, which has an attribute that no other driver has.</summary>
    public static bool IsSoftware(string device) => File.Exists($"{Devices}/{device}/parent");

    private static string? FindGid(string device, IPAddress address)
    {
        string port = Folder(device);
        byte[] wanted = address.MapToIPv6().GetAddressBytes();
        return Directory.GetFiles(Path.Combine(port, "gids"))
            .Where(file => IPAddress.TryParse(TryRead(file), out var gid) && gid.GetAddressBytes().AsSpan().SequenceEqual(wanted))
            .Select(Path.GetFileName)
            .FirstOrDefault(index => TryRead(Path.Combine(port, "gid_attrs", "types", index!)) != "IB/RoCE v1");
    }

    private static string Folder(string device) => $"{Devices}/{device}/ports/1";

    // Reading the entry of an empty slot fails with EINVAL.
    private static string TryRead(string path)
    {
        try
        {
            return File.ReadAllText(path).Trim();
        }
        catch (IOException)
        {
            return "";
        }
    }
}
