using System.Net;
using System.Net.Sockets;

namespace RdmaSharp.Tests.Device;

/// <summary>
/// The device to test on: RDMA_DEVICE and RDMA_ADDRESS, or the first with an active port. None is a failure.
/// </summary>
public sealed class RdmaFixture : IDisposable
{
    /// <summary>Long enough for an emulated machine that others use too.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public RdmaFixture()
    {
        if (Rdma.UnsupportedReason is { } reason)
            throw new InvalidOperationException($"These tests need an RDMA device. {reason}");
        string? name = Environment.GetEnvironmentVariable("RDMA_DEVICE");
        Context = RdmaDevice.GetDevices().First(device => name is null || device.Name == name).Open();
        Gid = Context.QueryGids(Port).First(entry => IsWanted(entry));
        Address = Gid.Gid.ToAddress();
        Address6 = IPAddress.Parse(Environment.GetEnvironmentVariable("RDMA_ADDRESS6") ?? "fd77::1");
    }

    internal static byte Port => 1;

    internal RdmaContext Context { get; }

    internal GidEntry Gid { get; }

    internal IPAddress Address { get; }

    internal IPAddress Address6 { get; }

    public void Dispose() => Context.Dispose();

    private static bool IsWanted(GidEntry entry) =>
        Environment.GetEnvironmentVariable("RDMA_ADDRESS") is { } address
            ? entry.Type == GidType.RoceV2 && entry.Gid == RdmaSharp.Gid.FromAddress(IPAddress.Parse(address))
            : entry.Type == GidType.RoceV2 && entry.Gid.ToAddress().AddressFamily == AddressFamily.InterNetwork;
}
