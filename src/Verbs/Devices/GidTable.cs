using System.Globalization;
using System.Runtime.InteropServices;
using RdmaSharp.Interop;

namespace RdmaSharp;

/// <summary>Reads a port's GID table by the newest means that the installed library has.</summary>
internal static unsafe class GidTable
{
    private static readonly bool IsExtended = NativeLibrary.TryGetExport(
        NativeLibrary.Load(LibIbverbs.Name, typeof(GidTable).Assembly, null), "_ibv_query_gid_ex", out _);

    internal static GidEntry? Query(RdmaContext context, byte port, int index)
    {
        if (!IsExtended)
            return QueryBasic(context, port, index);
        GidEntry entry = default;
        int result = Math.Abs(LibIbverbs.QueryGidEx(
            context.Pointer, port, (uint)index, &entry, 0, (nuint)sizeof(GidEntry)));
        GC.KeepAlive(context);
        if (result == Errno.ENODATA)
            return null;
        RdmaException.ThrowIfError("ibv_query_gid_ex", result);
        return entry.Gid.IsEmpty ? null : entry;
    }

    internal static IReadOnlyList<GidEntry> QueryAll(RdmaContext context, byte port)
    {
        if (!IsExtended)
        {
            return
            [
                .. Enumerable.Range(0, context.QueryPort(port).GidTableLength)
                    .Select(index => QueryBasic(context, port, index))
                    .OfType<GidEntry>(),
            ];
        }
        int ports = context.QueryDevice().PortCount;
        int capacity = 0;
        for (int each = 1; each <= ports; each++)
            capacity += context.QueryPort((byte)each).GidTableLength;
        var table = new GidEntry[capacity];
        nint count;
        fixed (GidEntry* first = table)
            count = LibIbverbs.QueryGidTable(context.Pointer, first, (nuint)capacity, 0, (nuint)sizeof(GidEntry));
        GC.KeepAlive(context);
        if (count < 0)
            throw new RdmaException("ibv_query_gid_table", (int)-count);
        return [.. table.Take((int)count).Where(entry => entry.Port == port)];
    }

    /// <summary>
    /// For an rdma-core without _ibv_query_gid_ex: the bare GID from the library, the rest from /sys.
    /// </summary>
    internal static GidEntry? QueryBasic(RdmaContext context, byte port, int index)
    {
        GidEntry entry = new() { Index = (uint)index, Port = port };
        if (LibIbverbs.QueryGid(context.Pointer, port, index, &entry.Gid) != 0)
            throw RdmaException.FromLastError("ibv_query_gid");
        if (entry.Gid.IsEmpty)
            return null;
        string attributes = $"{context.Device.SysfsPath}/ports/{port}/gid_attrs";
        string? type = ReadLine($"{attributes}/types/{index}");
        bool isEthernet = context.QueryPort(port).LinkLayer == LinkLayer.Ethernet;
        entry.Type = type == "RoCE v2" ? GidType.RoceV2 : isEthernet ? GidType.RoceV1 : GidType.InfiniBand;
        if (ReadLine($"{attributes}/ndevs/{index}") is { } name
            && ReadLine($"/sys/class/net/{name}/ifindex") is { } number)
        {
            entry.InterfaceIndex = uint.Parse(number, CultureInfo.InvariantCulture);
        }
        return entry;
    }

    private static string? ReadLine(string path)
    {
        try
        {
            return File.ReadAllText(path).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null; // The kernel answers EINVAL for entries that have no such attribute.
        }
    }
}
