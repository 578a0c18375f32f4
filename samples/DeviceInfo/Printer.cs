using RdmaSharp;

namespace DeviceInfo;

/// <summary>Prints a device in the layout of ibv_devinfo.</summary>
internal static class Printer
{
    internal static void Print(RdmaDevice device, bool verbose)
    {
        using RdmaContext context = device.Open();
        DeviceAttributes attributes = context.QueryDevice();
        Console.WriteLine($"hca_id:\t{device.Name}");
        Line(1, "transport", $"{device.TransportType} ({(int)device.TransportType})");
        Line(1, "fw_ver", attributes.FirmwareVersion);
        Line(1, "node_guid", Guid(attributes.NodeGuid));
        Line(1, "sys_image_guid", Guid(attributes.SystemImageGuid));
        Line(1, "vendor_id", $"0x{attributes.VendorId:x4}");
        Line(1, "vendor_part_id", attributes.VendorPartId);
        Line(1, "hw_ver", $"0x{attributes.HardwareVersion:X}");
        Line(1, "phys_port_cnt", attributes.PortCount);
        if (verbose)
            PrintLimits(attributes);
        for (byte port = 1; port <= attributes.PortCount; port++)
            PrintPort(context, port, verbose);
        Console.WriteLine();
    }

    private static void PrintLimits(DeviceAttributes attributes)
    {
        Line(1, "max_mr_size", $"0x{attributes.MaxRegionSize:x}");
        Line(1, "page_size_cap", $"0x{attributes.PageSizes:x}");
        Line(1, "device_cap_flags", $"0x{(uint)attributes.Capabilities:x8} {attributes.Capabilities}");
        Line(1, "max_qp", attributes.MaxQueuePairs);
        Line(1, "max_qp_wr", attributes.MaxQueuePairRequests);
        Line(1, "max_sge", attributes.MaxElements);
        Line(1, "max_sge_rd", attributes.MaxReadElements);
        Line(1, "max_cq", attributes.MaxCompletionQueues);
        Line(1, "max_cqe", attributes.MaxCompletionQueueEntries);
        Line(1, "max_mr", attributes.MaxRegions);
        Line(1, "max_pd", attributes.MaxProtectionDomains);
        Line(1, "max_qp_rd_atom", attributes.MaxReadAtomic);
        Line(1, "max_res_rd_atom", attributes.MaxReadAtomicTotal);
        Line(1, "max_qp_init_rd_atom", attributes.MaxInitiatedReadAtomic);
        Line(1, "atomic_cap", attributes.Atomics);
        Line(1, "max_mw", attributes.MaxMemoryWindows);
        Line(1, "max_srq", attributes.MaxSharedReceiveQueues);
        Line(1, "max_srq_wr", attributes.MaxSharedReceiveQueueRequests);
        Line(1, "max_srq_sge", attributes.MaxSharedReceiveQueueElements);
        Line(1, "max_pkeys", attributes.MaxPartitionKeys);
        Line(1, "local_ca_ack_delay", attributes.LocalAckDelay);
    }

    private static void PrintPort(RdmaContext context, byte port, bool verbose)
    {
        PortAttributes attributes = context.QueryPort(port);
        Line(2, "port", port);
        Line(3, "state", $"{attributes.State} ({(int)attributes.State})");
        Line(3, "max_mtu", $"{Bytes(attributes.MaxMtu)} ({(int)attributes.MaxMtu})");
        Line(3, "active_mtu", $"{Bytes(attributes.ActiveMtu)} ({(int)attributes.ActiveMtu})");
        Line(3, "sm_lid", attributes.SubnetManagerLocalIdentifier);
        Line(3, "port_lid", attributes.LocalIdentifier);
        Line(3, "port_lmc", $"0x{attributes.LocalIdentifierMask:x2}");
        Line(3, "link_layer", attributes.LinkLayer);
        if (!verbose)
            return;
        Line(3, "max_msg_sz", $"0x{attributes.MaxMessageSize:x}");
        Line(3, "gid_tbl_len", attributes.GidTableLength);
        foreach (GidEntry gid in context.QueryGids(port))
            Line(3, $"GID[{gid.Index,3}]", $"{gid.Gid}, {gid.Type}, interface {gid.InterfaceIndex}");
    }

    private static int Bytes(PathMtu mtu) => 128 << (int)mtu;

    private static string Guid(ulong guid) =>
        $"{guid >> 48:x4}:{(guid >> 32) & 0xFFFF:x4}:{(guid >> 16) & 0xFFFF:x4}:{guid & 0xFFFF:x4}";

    private static void Line(int indent, string name, object value) =>
        Console.WriteLine($"{new string('\t', indent)}{name + ":",-24}{value}");
}
