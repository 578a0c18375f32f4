using System.Runtime.InteropServices;

namespace RdmaSharp.Interop;

/// <summary>struct rdma_cm_event, with the connected member of its union.</summary>
[StructLayout(LayoutKind.Explicit, Size = 80)]
internal unsafe struct NativeCmEvent
{
    [FieldOffset(0)] internal NativeCmId* Id;
    [FieldOffset(8)] internal NativeCmId* ListenId;
    [FieldOffset(16)] internal CmEventType Type;
    [FieldOffset(20)] internal int Status;
    [FieldOffset(24)] internal NativeConnectionParameters Connection;
}
