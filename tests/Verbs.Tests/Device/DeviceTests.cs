using System.Diagnostics;

namespace RdmaSharp.Tests.Device;

public sealed class DeviceTests(RdmaFixture rdma) : RdmaTestBase(rdma)
{
    [Fact]
    public void GetDevices_ListsTheDeviceOfSysfs()
    {
        IReadOnlyList<RdmaDevice> devices = RdmaDevice.GetDevices();
        Assert.Equal(
            Directory.GetDirectories("/sys/class/infiniband").Select(Path.GetFileName).Order(),
            devices.Select(device => device.Name).Order());
        RdmaDevice device = devices.First(candidate => candidate.Name == Rdma.Context.Device.Name);
        Assert.Equal(NodeType.ChannelAdapter, device.NodeType);
        Assert.Equal(TransportType.InfiniBand, device.TransportType);
        string guid = File.ReadAllText($"{device.SysfsPath}/node_guid").Trim().Replace(":", "");
        Assert.Equal(guid, $"{device.NodeGuid:x16}");
        Assert.Equal(device.NodeGuid, Rdma.Context.QueryDevice().NodeGuid);
    }

    [Fact]
    public void QueryPort_IsWhatSysfsSays()
    {
        PortAttributes port = Rdma.Context.QueryPort(1);
        string folder = $"{Rdma.Context.Device.SysfsPath}/ports/1";
        Assert.Equal(PortState.Active, port.State);
        Assert.Equal($"{(int)port.State}: ACTIVE", File.ReadAllText($"{folder}/state").Trim());
        Assert.Equal($"{port.LinkLayer}", File.ReadAllText($"{folder}/link_layer").Trim());
        Assert.Equal(Directory.GetFiles($"{folder}/gids").Length, port.GidTableLength);
        Assert.Equal("EINVAL", Assert.Throws<RdmaException>(() => Rdma.Context.QueryPort(200)).ErrorName);
    }

    [Fact]
    public void QueryGids_AllWays_Agree()
    {
        IReadOnlyList<GidEntry> gids = Rdma.Context.QueryGids(1);
        Assert.NotEmpty(gids);
        foreach (GidEntry entry in gids)
        {
            GidEntry single = Assert.NotNull(Rdma.Context.QueryGid(1, (int)entry.Index));
            GidEntry basic = Assert.NotNull(GidTable.QueryBasic(Rdma.Context, 1, (int)entry.Index));
            Assert.Equivalent(Parts(entry), Parts(single));
            Assert.Equivalent(Parts(entry), Parts(basic));
            Assert.NotEqual(0u, entry.InterfaceIndex);
        }
        Assert.Null(Rdma.Context.QueryGid(1, Rdma.Context.QueryPort(1).GidTableLength - 1));

        static (Gid Gid, uint Index, uint Port, GidType Type, uint Interface) Parts(GidEntry entry) =>
            (entry.Gid, entry.Index, entry.Port, entry.Type, entry.InterfaceIndex);
    }

    [Fact]
    public void DeviceInfo_Sample_PrintsWhatIbvDevinfoPrints()
    {
        string[] theirs = Values(Run("ibv_devinfo", "-v"));
        string[] ours = Values(Run(Samples.Path("DeviceInfo"), "-v"));
        string[] names =
        [
            "hca_id", "fw_ver", "node_guid", "sys_image_guid", "phys_port_cnt", "max_mr_size", "max_qp", "max_qp_wr",
            "max_sge", "max_cqe", "max_mr", "max_srq_wr", "max_mw", "gid_tbl_len",
        ];
        foreach (string name in names)
        {
            string expected = Assert.Single(theirs, line => line.StartsWith($"{name}=", StringComparison.Ordinal));
            Assert.Contains(expected, ours);
        }
    }

    private static string[] Values(string output) =>
    [
        .. output.Split('\n')
            .Select(line => line.Split(':', 2, StringSplitOptions.TrimEntries))
            .Where(parts => parts.Length == 2)
            .Select(parts => $"{parts[0]}={parts[1]}"),
    ];

    private static string Run(string program, params string[] arguments)
    {
        using Process process =
            Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return output;
    }
}
