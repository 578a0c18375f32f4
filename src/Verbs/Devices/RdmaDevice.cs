using System.Buffers.Binary;
using System.Runtime.InteropServices;
using RdmaSharp.Interop;

namespace RdmaSharp;

/// <summary>An RDMA device of this machine: <c>struct ibv_device</c>, ibv_get_device_list(3). Immutable.</summary>
public sealed unsafe class RdmaDevice
{
    private readonly nint _device;
    private readonly object _keepAlive;

    /// <param name="device">The native device.</param>
    /// <param name="keepAlive">What keeps the native device valid: the list, or a context.</param>
    internal RdmaDevice(nint device, object keepAlive)
    {
        _device = device;
        _keepAlive = keepAlive;
        Name = ReadText(VerbsLayout.DeviceName, VerbsLayout.DeviceNameLength);
        SysfsPath = ReadText(VerbsLayout.DeviceSysfsPath, VerbsLayout.DeviceSysfsPathLength);
        NodeType = *(NodeType*)(device + VerbsLayout.DeviceNodeType);
        TransportType = *(TransportType*)(device + VerbsLayout.DeviceTransportType);
        NodeGuid = BinaryPrimitives.ReverseEndianness(LibIbverbs.GetDeviceGuid(device));
    }

    /// <summary>The kernel's name, for example <c>rxe0</c>.</summary>
    public string Name { get; }

    /// <summary>The device's folder in /sys.</summary>
    public string SysfsPath { get; }

    /// <summary>The kind of device.</summary>
    public NodeType NodeType { get; }

    /// <summary>The wire protocol.</summary>
    public TransportType TransportType { get; }

    /// <summary>The node's GUID.</summary>
    public ulong NodeGuid { get; }

    /// <summary>The devices there are now; none is not an error.</summary>
    /// <exception cref="PlatformNotSupportedException">The libraries are missing.</exception>
    /// <exception cref="RdmaException">The devices cannot be listed: ENOSYS, the kernel has no RDMA.</exception>
    public static IReadOnlyList<RdmaDevice> GetDevices()
    {
        Rdma.RequireLibraries();
        var handle = new NativeHandle(
            static list =>
            {
                LibIbverbs.FreeDeviceList((nint*)list);
                return 0;
            },
            null);
        nint* list = LibIbverbs.GetDeviceList(out int count);
        handle.Created((nint)list, () => RdmaException.FromLastError("ibv_get_device_list"));
        var devices = new RdmaDevice[count];
        for (int i = 0; i < count; i++)
            devices[i] = new RdmaDevice(list[i], handle);
        GC.KeepAlive(handle);
        return devices;
    }

    /// <summary>Opens the device. ibv_open_device(3).</summary>
    /// <returns>A context of one's own, which the RDMA CM cannot use: see <see cref="CmId.Context"/>.</returns>
    /// <exception cref="RdmaException">Among others EACCES: /dev/infiniband is not readable.</exception>
    public RdmaContext Open()
    {
        var context = new RdmaContext(_device);
        GC.KeepAlive(_keepAlive);
        return context;
    }

    /// <summary>The name.</summary>
    public override string ToString() => Name;

    private string ReadText(int offset, int capacity)
    {
        var bytes = new ReadOnlySpan<byte>((byte*)_device + offset, capacity);
        int end = bytes.IndexOf((byte)0);
        return System.Text.Encoding.UTF8.GetString(end < 0 ? bytes : bytes[..end]);
    }
}
