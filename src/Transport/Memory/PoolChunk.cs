using System.Runtime.InteropServices;

namespace FastSockets.Transport.Memory;

/// <summary>
/// Native memory of a pool, whole pages that never move. Devices register it when they first use it, so that sends from it and
/// receives into it need no copy. Disposing takes it from all devices; nothing may be under way in it.
/// </summary>
internal sealed unsafe class PoolChunk : IDisposable
{
    private const int PageSize = 4096;

    private static readonly Lock s_lock = new();
    private static PoolChunk[] s_byAddress = [];
    private static DeviceMemory[] s_devices = [];

    public PoolChunk(int length)
    {
        Length = length;
        Address = (nint)NativeMemory.AlignedAlloc((nuint)length, PageSize);
        lock (s_lock)
            Volatile.Write(ref s_byAddress, [.. s_byAddress.Append(this).OrderBy(chunk => chunk.Address)]);
    }

    public nint Address { get; }

    public int Length { get; }

    /// <summary>The chunk that holds all of a range; null for other memory. Lock-free.</summary>
    public static PoolChunk? Find(nint address, int length)
    {
        PoolChunk[] chunks = Volatile.Read(ref s_byAddress);
        int low = 0;
        int high = chunks.Length - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            PoolChunk chunk = chunks[middle];
            if (address < chunk.Address)
                high = middle - 1;
            else if (address >= chunk.Address + chunk.Length)
                low = middle + 1;
            else
                return address + length <= chunk.Address + chunk.Length ? chunk : null;
        }

        return null;
    }

    /// <summary>The device is told of chunks that go.</summary>
    public static void Attach(DeviceMemory device)
    {
        lock (s_lock)
            s_devices = [.. s_devices, device];
    }

    public static void Detach(DeviceMemory device)
    {
        lock (s_lock)
            s_devices = [.. s_devices.Where(known => !ReferenceEquals(known, device))];
    }

    public void Dispose()
    {
        lock (s_lock)
        {
            if (!s_byAddress.Contains(this))
                return;

            Volatile.Write(ref s_byAddress, [.. s_byAddress.Where(chunk => !ReferenceEquals(chunk, this))]);
            foreach (DeviceMemory device in s_devices)
                device.Forget(this);
        }

        NativeMemory.AlignedFree((void*)Address);
    }
}
