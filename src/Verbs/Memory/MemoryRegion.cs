using System.Runtime.InteropServices;
using RdmaSharp.Interop;

namespace RdmaSharp;

/// <summary>
/// Memory registered with the device: <c>struct ibv_mr</c>, ibv_reg_mr(3). Thread-safe. Dispose it after every request
/// that names it has completed, and after the memory windows bound to it are invalidated or disposed: where the device
/// refuses to deregister it (rxe does not), it and its memory stay until the process ends.
/// </summary>
public sealed unsafe class MemoryRegion : IDisposable
{
    internal MemoryRegion(ProtectionDomain domain, void* address, nuint length, AccessFlags access, Action free)
    {
        ProtectionDomain = domain;
        Address = address;
        Length = length;
        NativeMemoryRegion* region = null;
        try
        {
            Handle = new NativeHandle(pointer => Deregister(pointer, length, free), null, domain.Handle);
            region = LibIbverbs.RegMr(domain.Handle.Pointer, address, length, (ulong)address, (uint)access);
            Handle.Created((nint)region, () => Failure(length));
        }
        catch
        {
            free();
            throw;
        }
        RdmaMeter.RegionAdded(length);
        LocalKey = region->LocalKey;
        RemoteKey = region->RemoteKey;
    }

    /// <summary>The domain it belongs to.</summary>
    public ProtectionDomain ProtectionDomain { get; }

    /// <summary>The first byte.</summary>
    public void* Address { get; }

    /// <summary>The number of bytes.</summary>
    public nuint Length { get; }

    /// <summary>The key for <see cref="ScatterGatherElement.LocalKey"/>.</summary>
    public uint LocalKey { get; }

    /// <summary>The key that lets a peer reach it, to the extent that its access flags allow.</summary>
    public uint RemoteKey { get; }

    /// <summary>The memory. Do not use it after disposal.</summary>
    /// <exception cref="OverflowException">The region is larger than a span can be.</exception>
    public Span<byte> Span => new(Address, checked((int)Length));

    internal NativeHandle Handle { get; }

    internal nint Pointer
    {
        get
        {
            ObjectDisposedException.ThrowIf(Handle.IsDisposed, this);
            return Handle.Pointer;
        }
    }

    /// <summary>A piece of the region for a work request.</summary>
    /// <param name="offset">Its first byte, counted from the start of the region.</param>
    /// <param name="length">Its length in bytes.</param>
    public ScatterGatherElement Element(nuint offset, uint length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, Length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Length - offset);
        return new ScatterGatherElement((byte*)Address + offset, length, LocalKey);
    }

    /// <summary>Deregisters the memory.</summary>
    public void Dispose() => Handle.Dispose();

    private static int Deregister(nint region, nuint length, Action free)
    {
        int result = LibIbverbs.DeregMr(region);
        if (result == 0)
        {
            RdmaMeter.RegionRemoved(length);
            free();
        }
        return result;
    }

    private static RdmaException Failure(nuint length)
    {
        int errno = Marshal.GetLastPInvokeError();
        string? advice = null;
        if (errno == Errno.ENOMEM)
        {
            advice = Libc.MemlockLimit() is { } limit
                ? $"Asked to pin {length} bytes; the process may lock {limit} bytes in all (RLIMIT_MEMLOCK). " +
                  "Raise it: 'ulimit -l unlimited', LimitMEMLOCK=infinity in a systemd unit, '--ulimit memlock=-1' " +
                  "for a container, or memlock in /etc/security/limits.conf"
                : $"Asked to pin {length} bytes; locked memory is not limited, so the machine or the device ran out";
        }
        return new RdmaException("ibv_reg_mr_iova2", errno, advice);
    }
}
