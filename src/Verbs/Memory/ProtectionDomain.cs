using System.Buffers;
using System.Runtime.InteropServices;
using RdmaSharp.Interop;

namespace RdmaSharp;

/// <summary>
/// Binds together the queue pairs and the memory that may be used with one another: <c>struct ibv_pd</c>,
/// ibv_alloc_pd(3). Thread-safe. Lives until everything made from it is disposed too.
/// </summary>
public sealed class ProtectionDomain : IDisposable
{
    internal ProtectionDomain(RdmaContext context)
    {
        Context = context;
        Handle = new NativeHandle(LibIbverbs.DeallocPd, null, context.Handle);
        Handle.Created(LibIbverbs.AllocPd(context.Pointer), () => RdmaException.FromLastError("ibv_alloc_pd"));
    }

    /// <summary>The device context it belongs to.</summary>
    public RdmaContext Context { get; }

    internal NativeHandle Handle { get; }

    /// <summary>Registers memory: pins its pages and makes them known to the device.</summary>
    /// <param name="address">
    /// The first byte. Native memory, or managed memory pinned until the region is disposed.
    /// </param>
    /// <param name="length">The number of bytes.</param>
    /// <param name="access">The access granted.</param>
    /// <returns>The region; the memory remains the caller's and must outlive it.</returns>
    /// <exception cref="RdmaException">
    /// Among others ENOMEM over the locked-memory limit, and EFAULT for unmapped memory.
    /// </exception>
    public unsafe MemoryRegion Register(void* address, nuint length, AccessFlags access) =>
        new(this, address, length, access, static () => { });

    /// <summary>Registers memory that is kept pinned until the region is disposed.</summary>
    /// <param name="memory">The memory.</param>
    /// <param name="access">The access granted.</param>
    /// <exception cref="RdmaException">As for <see cref="Register(void*, nuint, AccessFlags)"/>.</exception>
    public unsafe MemoryRegion Register(Memory<byte> memory, AccessFlags access)
    {
        MemoryHandle pin = memory.Pin();
        return new MemoryRegion(this, pin.Pointer, (nuint)memory.Length, access, pin.Dispose);
    }

    /// <summary>
    /// Allocates zeroed, page-aligned native memory and registers it; both are freed when the region is disposed.
    /// </summary>
    /// <param name="length">The number of bytes.</param>
    /// <param name="access">The access granted.</param>
    /// <exception cref="RdmaException">As for <see cref="Register(void*, nuint, AccessFlags)"/>.</exception>
    public unsafe MemoryRegion Allocate(nuint length, AccessFlags access)
    {
        void* memory = NativeMemory.AlignedAlloc(Math.Max(length, 1), (nuint)Environment.SystemPageSize);
        NativeMemory.Clear(memory, length);
        return new MemoryRegion(this, memory, length, access, () => NativeMemory.AlignedFree(memory));
    }

    /// <summary>Allocates a type-2 memory window, not bound to anything.</summary>
    /// <exception cref="RdmaException">Among others EOPNOTSUPP: the device has none.</exception>
    public MemoryWindow AllocateWindow() => new(this);

    /// <summary>Creates a shared receive queue.</summary>
    /// <param name="maxRequests">The receives it can hold.</param>
    /// <param name="maxElements">The elements a receive can have.</param>
    /// <exception cref="RdmaException">EINVAL beyond the device's limits, and others.</exception>
    public SharedReceiveQueue CreateSharedReceiveQueue(int maxRequests, int maxElements = 1) =>
        new(this, maxRequests, maxElements);

    /// <summary>
    /// Creates an RC queue pair in the reset state. For the RDMA CM use <see cref="CmId.CreateQueuePair"/>.
    /// </summary>
    /// <param name="options">Its queues and sizes.</param>
    /// <exception cref="RdmaException">EINVAL beyond the device's limits, ENOMEM, and others.</exception>
    public QueuePair CreateQueuePair(QueuePairOptions options) => QueuePair.Create(this, options);

    /// <inheritdoc/>
    public void Dispose() => Handle.Dispose();
}
