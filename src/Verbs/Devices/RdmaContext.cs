using System.Runtime.InteropServices;
using RdmaSharp.Interop;

namespace RdmaSharp;

/// <summary>
/// An open device: <c>struct ibv_context</c>, ibv_open_device(3). One that <see cref="RdmaDevice.Open"/> returned is
/// the caller's to dispose; one that belongs to the RDMA CM lives as long as the process, is the same object every
/// time, and is not closed by <see cref="Dispose"/>. Objects of different contexts cannot be used together.
/// Thread-safe.
/// </summary>
public sealed unsafe class RdmaContext : IDisposable
{
    private static readonly Dictionary<nint, RdmaContext> Borrowed = [];
    private readonly bool _isOwned;

    internal RdmaContext(nint device)
    {
        _isOwned = true;
        Handle = new NativeHandle(static context => LibIbverbs.CloseDevice(context), null);
        Handle.Created(LibIbverbs.OpenDevice(device), () => RdmaException.FromLastError("ibv_open_device"));
        Device = new RdmaDevice(*(nint*)(Handle.Pointer + VerbsLayout.ContextDevice), Handle);
        Libc.SetNonBlocking(AsyncFileDescriptor);
    }

    private RdmaContext(nint context, bool isOwned)
    {
        _isOwned = isOwned;
        Handle = new NativeHandle(static _ => 0, null);
        Handle.Adopt(context);
        Device = new RdmaDevice(*(nint*)(context + VerbsLayout.ContextDevice), Handle);
        Libc.SetNonBlocking(AsyncFileDescriptor);
    }

    /// <summary>The device.</summary>
    public RdmaDevice Device { get; }

    /// <summary>The interrupts that completion queues can be spread over: vectors from 0.</summary>
    public int CompletionVectors => *(int*)(Pointer + VerbsLayout.ContextCompletionVectors);

    /// <summary>
    /// A non-blocking descriptor, readable when <see cref="TryGetAsyncEvent"/> has an event. Owned by the context.
    /// </summary>
    public int AsyncFileDescriptor => *(int*)(Pointer + VerbsLayout.ContextAsyncDescriptor);

    internal NativeHandle Handle { get; }

    internal nint Pointer
    {
        get
        {
            ObjectDisposedException.ThrowIf(Handle.IsDisposed, this);
            return Handle.Pointer;
        }
    }

    /// <summary>
    /// The contexts of the RDMA CM, one a device: what queue pairs of a <see cref="CmId"/> are made in.
    /// </summary>
    /// <exception cref="PlatformNotSupportedException">The libraries are missing.</exception>
    /// <exception cref="RdmaException">The RDMA CM has no devices (ENODEV), or rdma_ucm is not loaded.</exception>
    public static IReadOnlyList<RdmaContext> GetConnectionManagerContexts()
    {
        Rdma.RequireLibraries();
        nint* list = LibRdmaCm.GetDevices(out int count);
        if (list is null)
            throw RdmaException.FromLastError("rdma_get_devices");
        var contexts = new RdmaContext[count];
        lock (Borrowed)
        {
            bool isNew = false;
            for (int i = 0; i < count; i++)
            {
                if (!Borrowed.TryGetValue(list[i], out RdmaContext? context))
                {
                    isNew = true;
                    Borrowed[list[i]] = context = new RdmaContext(list[i], isOwned: false);
                }
                contexts[i] = context;
            }

            // The list holds a reference on each device in it. Keeping the first list that has a device is what keeps
            // librdmacm from closing its context when the device is unplugged, while objects made from it still exist.
            if (!isNew)
                LibRdmaCm.FreeDevices(list);
        }
        return contexts;
    }

    /// <summary>The limits and abilities of the device. ibv_query_device(3).</summary>
    /// <exception cref="RdmaException">The query failed.</exception>
    public DeviceAttributes QueryDevice()
    {
        DeviceAttributes attributes = default;
        int result = LibIbverbs.QueryDevice(Pointer, &attributes);
        GC.KeepAlive(this);
        RdmaException.ThrowIfError("ibv_query_device", result);
        return attributes;
    }

    /// <summary>The state of a port. ibv_query_port(3).</summary>
    /// <param name="port">The port, from 1.</param>
    /// <exception cref="RdmaException">EINVAL: there is no such port; and others.</exception>
    public PortAttributes QueryPort(byte port)
    {
        PortAttributes attributes = default;
        int result = LibIbverbs.QueryPort(Pointer, port, &attributes);
        GC.KeepAlive(this);
        RdmaException.ThrowIfError("ibv_query_port", result);
        return attributes;
    }

    /// <summary>An entry of a port's GID table. ibv_query_gid_ex(3).</summary>
    /// <param name="port">The port, from 1.</param>
    /// <param name="index">The place in the table.</param>
    /// <returns>The entry, or null if it is not in use.</returns>
    /// <exception cref="RdmaException">EINVAL: no such port or index; and others.</exception>
    public GidEntry? QueryGid(byte port, int index) => GidTable.Query(this, port, index);

    /// <summary>The GIDs of a port. ibv_query_gid_table(3).</summary>
    /// <param name="port">The port, from 1.</param>
    /// <exception cref="RdmaException">The query failed.</exception>
    public IReadOnlyList<GidEntry> QueryGids(byte port) => GidTable.QueryAll(this, port);

    /// <summary>Allocates a protection domain.</summary>
    /// <exception cref="RdmaException">The device has no more.</exception>
    public ProtectionDomain AllocateProtectionDomain() => new(this);

    /// <summary>Creates a completion channel.</summary>
    /// <exception cref="RdmaException">Among others EMFILE.</exception>
    public CompletionChannel CreateCompletionChannel() => new(this);

    /// <summary>Creates a completion queue.</summary>
    /// <param name="capacity">
    /// The completions it is to hold at least; <see cref="DeviceAttributes.MaxCompletionQueueEntries"/> bounds it.
    /// </param>
    /// <param name="channel">The channel for its events, or null.</param>
    /// <param name="vector">The interrupt for its events, below <see cref="CompletionVectors"/>.</param>
    /// <exception cref="RdmaException">EINVAL beyond the device's limits, ENOMEM, and others.</exception>
    public CompletionQueue CreateCompletionQueue(int capacity, CompletionChannel? channel = null, int vector = 0) =>
        new(this, capacity, channel, vector);

    /// <summary>Takes one asynchronous event, and acknowledges it. Does not block. ibv_get_async_event(3).</summary>
    /// <param name="asyncEvent">The event.</param>
    /// <returns>False if there is none.</returns>
    /// <exception cref="RdmaException">The context failed.</exception>
    public bool TryGetAsyncEvent(out AsyncEvent asyncEvent)
    {
        NativeAsyncEvent native;
        asyncEvent = default;
        if (LibIbverbs.GetAsyncEvent(Pointer, &native) != 0)
        {
            int errno = Marshal.GetLastPInvokeError();
            return errno is Errno.EAGAIN or Errno.EINTR ? false : throw new RdmaException("ibv_get_async_event", errno);
        }
        asyncEvent = Resolve(native);
        LibIbverbs.AckAsyncEvent(&native);
        GC.KeepAlive(this);
        return true;
    }

    /// <summary>Closes an owned context, or leaves that to the last object made from it to be disposed.</summary>
    public void Dispose()
    {
        if (_isOwned)
            Handle.Dispose();
    }

    /// <summary>The context of librdmacm that an identifier is bound to.</summary>
    internal static RdmaContext Borrow(nint context)
    {
        lock (Borrowed)
        {
            if (Borrowed.TryGetValue(context, out RdmaContext? known))
                return known;
        }
        return GetConnectionManagerContexts().First(candidate => candidate.Pointer == context);
    }

    // The object that an unacknowledged event names cannot be destroyed before the acknowledgement, so reading it is
    // safe.
    private static AsyncEvent Resolve(NativeAsyncEvent native) => native.Type switch
    {
        AsyncEventType.CompletionQueueError => new(
            native.Type, CompletionQueue: Owner<CompletionQueue>(native.Element + VerbsLayout.CqContext)),
        AsyncEventType.SharedReceiveQueueError or AsyncEventType.SharedReceiveQueueLimitReached => new(
            native.Type, SharedReceiveQueue: Owner<SharedReceiveQueue>(native.Element + VerbsLayout.SrqContext)),
        AsyncEventType.QueuePairFatal or AsyncEventType.QueuePairRequestError or AsyncEventType.QueuePairAccessError
            or AsyncEventType.CommunicationEstablished or AsyncEventType.SendQueueDrained or AsyncEventType.PathMigrated
            or AsyncEventType.PathMigrationError or AsyncEventType.LastRequestReached => new(
            native.Type, QueuePair: Owner<QueuePair>(native.Element + VerbsLayout.QpContext)),
        AsyncEventType.PortActive or AsyncEventType.PortError or AsyncEventType.LocalIdentifierChange
            or AsyncEventType.PartitionKeyChange or AsyncEventType.SubnetManagerChange
            or AsyncEventType.ClientReregister or AsyncEventType.GidChange => new(
            native.Type, Port: (int)native.Element),
        _ => new(native.Type),
    };

    private static T? Owner<T>(nint tokenField) where T : class => NativeHandle.Find<T>(*(nint*)tokenField);
}
