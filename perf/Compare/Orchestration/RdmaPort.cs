using System.Globalization;
using System.Net;

namespace FastSockets.Perf;

/// <summary>What sysfs says of port 1 of an RDMA device.</summary>
internal static class RdmaPort
{
    /// <summary>The index of the RoCE v2 (or InfiniBand) GID that stands for <paramref name="address"/>.</summary>
    public static string GidIndexOf(string device, string address)
    {
        string port = Folder(device);
        byte[] wanted = IPAddress.Parse(address).MapToIPv6().GetAddressBytes();
        foreach (string file in Directory.GetFiles(Path.Combine(port, "gids")))
        {
            string index = Path.GetFileName(file);
            string type = TryRead(Path.Combine(port, "gid_attrs", "types", index));
            if (type != "IB/RoCE v1" && IPAddress.TryParse(TryRead(file), out var gid)
                && gid.GetAddressBytes().AsSpan().SequenceEqual(wanted))
                return index;
        }
        // InfiniBand proper: GIDs are not addresses, and the first is the port's own.
        return "0";
    }

    public static string Netdev(string device) =>
        Directory.GetFiles(Path.Combine(Folder(device), "gid_attrs", "ndevs"))
            .Select(TryRead).FirstOrDefault(name => name.Length > 0) ?? "";

    public static int NetdevMtu(string device) =>
        int.TryParse(TryRead($"/sys/class/net/{Netdev(device)}/mtu"), CultureInfo.InvariantCulture, out int mtu) ? mtu : 0;

    private static string Folder(string device) => $"/sys/class/infiniband/{device}/ports/1";

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
