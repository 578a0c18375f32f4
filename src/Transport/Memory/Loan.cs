using FastSockets.Transport.Fabric;

namespace FastSockets.Transport.Memory;

/// <summary>
/// Memory of a posted receive that the peer may write, and it alone, until the loan is revoked. Used under its link's lock; made
/// and returned by <see cref="DeviceMemory"/>.
/// </summary>
internal sealed class Loan
{
    public nint Address { get; private set; }

    public int Length { get; private set; }

    /// <summary>Null on a device without windows: the region alone is what the peer may write.</summary>
    public IMemoryWindow? Window { get; private set; }

    /// <summary>Null when the loan is revoked and there was no window.</summary>
    public IRegisteredMemory? Region { get; private set; }

    /// <summary>The region was registered for this very range, and not for its pool's whole chunk.</summary>
    public bool IsExact { get; private set; }

    public uint RemoteKey => Window?.RemoteKey ?? Region!.RemoteKey;

    public void Set(nint address, int length, IMemoryWindow? window, IRegisteredMemory? region, bool isExact)
    {
        Address = address;
        Length = length;
        Window = window;
        Region = region;
        IsExact = isExact;
    }

    /// <summary>Takes the memory back at once: when this returns no device writes it any more. Costs system calls.</summary>
    public void Revoke()
    {
        if (Window is not null)
        {
            Window.Dispose();
            Window = null;
            return;
        }

        Region?.Dispose();
        Region = null;
    }
}
