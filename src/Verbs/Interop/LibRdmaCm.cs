using System.Runtime.InteropServices;

namespace RdmaSharp.Interop;

/// <summary>The exported functions of librdmacm: an int result is 0, or -1 with errno set.</summary>
internal static unsafe partial class LibRdmaCm
{
    internal const string Name = "librdmacm.so.1";

    [LibraryImport(Name, EntryPoint = "rdma_get_devices", SetLastError = true)]
    internal static partial nint* GetDevices(out int count);

    [LibraryImport(Name, EntryPoint = "rdma_free_devices")]
    internal static partial void FreeDevices(nint* list);

    [LibraryImport(Name, EntryPoint = "rdma_create_event_channel", SetLastError = true)]
    internal static partial nint CreateEventChannel();

    [LibraryImport(Name, EntryPoint = "rdma_destroy_event_channel")]
    internal static partial void DestroyEventChannel(nint channel);

    [LibraryImport(Name, EntryPoint = "rdma_create_id", SetLastError = true)]
    internal static partial int CreateId(nint channel, NativeCmId** id, nint context, int portSpace);

    [LibraryImport(Name, EntryPoint = "rdma_destroy_id", SetLastError = true)]
    internal static partial int DestroyId(nint id);

    [LibraryImport(Name, EntryPoint = "rdma_migrate_id", SetLastError = true)]
    internal static partial int MigrateId(NativeCmId* id, nint channel);

    [LibraryImport(Name, EntryPoint = "rdma_bind_addr", SetLastError = true)]
    internal static partial int BindAddress(NativeCmId* id, byte* address);

    [LibraryImport(Name, EntryPoint = "rdma_listen", SetLastError = true)]
    internal static partial int Listen(NativeCmId* id, int backlog);

    [LibraryImport(Name, EntryPoint = "rdma_resolve_addr", SetLastError = true)]
    internal static partial int ResolveAddress(NativeCmId* id, byte* source, byte* destination, int timeout);

    [LibraryImport(Name, EntryPoint = "rdma_resolve_route", SetLastError = true)]
    internal static partial int ResolveRoute(NativeCmId* id, int timeout);

    [LibraryImport(Name, EntryPoint = "rdma_create_qp", SetLastError = true)]
    internal static partial int CreateQp(NativeCmId* id, nint pd, NativeQpInitAttributes* attributes);

    [LibraryImport(Name, EntryPoint = "rdma_destroy_qp")]
    internal static partial void DestroyQp(nint id);

    [LibraryImport(Name, EntryPoint = "rdma_connect", SetLastError = true)]
    internal static partial int Connect(NativeCmId* id, NativeConnectionParameters* parameters);

    [LibraryImport(Name, EntryPoint = "rdma_accept", SetLastError = true)]
    internal static partial int Accept(NativeCmId* id, NativeConnectionParameters* parameters);

    [LibraryImport(Name, EntryPoint = "rdma_reject", SetLastError = true)]
    internal static partial int Reject(NativeCmId* id, byte* privateData, byte length);

    [LibraryImport(Name, EntryPoint = "rdma_disconnect", SetLastError = true)]
    internal static partial int Disconnect(NativeCmId* id);

    [LibraryImport(Name, EntryPoint = "rdma_set_option", SetLastError = true)]
    internal static partial int SetOption(NativeCmId* id, int level, int option, void* value, nuint length);

    [LibraryImport(Name, EntryPoint = "rdma_get_cm_event", SetLastError = true)]
    internal static partial int GetEvent(nint channel, NativeCmEvent** cmEvent);

    [LibraryImport(Name, EntryPoint = "rdma_ack_cm_event", SetLastError = true)]
    internal static partial int AckEvent(NativeCmEvent* cmEvent);
}
