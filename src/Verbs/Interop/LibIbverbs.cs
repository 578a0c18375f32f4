using System.Runtime.InteropServices;

namespace RdmaSharp.Interop;

/// <summary>The exported functions of libibverbs. The inline ones are in <see cref="ContextOperations"/>.</summary>
/// <remarks>
/// Error conventions: <c>create</c>, <c>alloc</c>, <c>reg</c> and <c>open</c> return null and set errno;
/// <c>get_cq_event</c> and <c>get_async_event</c> return -1 and set errno; the rest return a positive errno.
/// </remarks>
internal static unsafe partial class LibIbverbs
{
    /// <summary>The name without a number exists only where the -dev package is installed.</summary>
    internal const string Name = "libibverbs.so.1";

    [LibraryImport(Name, EntryPoint = "ibv_get_device_list", SetLastError = true)]
    internal static partial nint* GetDeviceList(out int count);

    [LibraryImport(Name, EntryPoint = "ibv_free_device_list")]
    internal static partial void FreeDeviceList(nint* list);

    [LibraryImport(Name, EntryPoint = "ibv_get_device_guid")]
    internal static partial ulong GetDeviceGuid(nint device);

    [LibraryImport(Name, EntryPoint = "ibv_open_device", SetLastError = true)]
    internal static partial nint OpenDevice(nint device);

    [LibraryImport(Name, EntryPoint = "ibv_close_device", SetLastError = true)]
    internal static partial int CloseDevice(nint context);

    [LibraryImport(Name, EntryPoint = "ibv_query_device")]
    internal static partial int QueryDevice(nint context, DeviceAttributes* attributes);

    [LibraryImport(Name, EntryPoint = "ibv_query_port")]
    internal static partial int QueryPort(nint context, byte port, PortAttributes* attributes);

    [LibraryImport(Name, EntryPoint = "ibv_query_gid", SetLastError = true)]
    internal static partial int QueryGid(nint context, byte port, int index, Gid* gid);

    [LibraryImport(Name, EntryPoint = "_ibv_query_gid_ex")]
    internal static partial int QueryGidEx(
        nint context, uint port, uint index, GidEntry* entry, uint flags, nuint entrySize);

    [LibraryImport(Name, EntryPoint = "_ibv_query_gid_table")]
    internal static partial nint QueryGidTable(
        nint context, GidEntry* entries, nuint capacity, uint flags, nuint entrySize);

    [LibraryImport(Name, EntryPoint = "ibv_get_async_event", SetLastError = true)]
    internal static partial int GetAsyncEvent(nint context, NativeAsyncEvent* asyncEvent);

    [LibraryImport(Name, EntryPoint = "ibv_ack_async_event")]
    internal static partial void AckAsyncEvent(NativeAsyncEvent* asyncEvent);

    [LibraryImport(Name, EntryPoint = "ibv_alloc_pd", SetLastError = true)]
    internal static partial nint AllocPd(nint context);

    [LibraryImport(Name, EntryPoint = "ibv_dealloc_pd")]
    internal static partial int DeallocPd(nint pd);

    [LibraryImport(Name, EntryPoint = "ibv_reg_mr_iova2", SetLastError = true)]
    internal static partial NativeMemoryRegion* RegMr(nint pd, void* address, nuint length, ulong iova, uint access);

    [LibraryImport(Name, EntryPoint = "ibv_dereg_mr")]
    internal static partial int DeregMr(nint mr);

    [LibraryImport(Name, EntryPoint = "ibv_create_comp_channel", SetLastError = true)]
    internal static partial nint CreateCompChannel(nint context);

    [LibraryImport(Name, EntryPoint = "ibv_destroy_comp_channel")]
    internal static partial int DestroyCompChannel(nint channel);

    [LibraryImport(Name, EntryPoint = "ibv_create_cq", SetLastError = true)]
    internal static partial nint CreateCq(nint context, int entries, nint cqContext, nint channel, int vector);

    [LibraryImport(Name, EntryPoint = "ibv_resize_cq")]
    internal static partial int ResizeCq(nint cq, int entries);

    [LibraryImport(Name, EntryPoint = "ibv_destroy_cq")]
    internal static partial int DestroyCq(nint cq);

    [LibraryImport(Name, EntryPoint = "ibv_get_cq_event", SetLastError = true)]
    internal static partial int GetCqEvent(nint channel, nint* cq, nint* cqContext);

    [LibraryImport(Name, EntryPoint = "ibv_ack_cq_events")]
    internal static partial void AckCqEvents(nint cq, uint count);

    [LibraryImport(Name, EntryPoint = "ibv_create_srq", SetLastError = true)]
    internal static partial nint CreateSrq(nint pd, NativeSrqInitAttributes* attributes);

    [LibraryImport(Name, EntryPoint = "ibv_modify_srq")]
    internal static partial int ModifySrq(nint srq, SharedReceiveQueueAttributes* attributes, int mask);

    [LibraryImport(Name, EntryPoint = "ibv_query_srq")]
    internal static partial int QuerySrq(nint srq, SharedReceiveQueueAttributes* attributes);

    [LibraryImport(Name, EntryPoint = "ibv_destroy_srq")]
    internal static partial int DestroySrq(nint srq);

    [LibraryImport(Name, EntryPoint = "ibv_create_qp", SetLastError = true)]
    internal static partial nint CreateQp(nint pd, NativeQpInitAttributes* attributes);

    [LibraryImport(Name, EntryPoint = "ibv_modify_qp")]
    internal static partial int ModifyQp(nint qp, QueuePairAttributes* attributes, int mask);

    [LibraryImport(Name, EntryPoint = "ibv_query_qp")]
    internal static partial int QueryQp(
        nint qp, QueuePairAttributes* attributes, int mask, NativeQpInitAttributes* initAttributes);

    [LibraryImport(Name, EntryPoint = "ibv_destroy_qp")]
    internal static partial int DestroyQp(nint qp);
}
