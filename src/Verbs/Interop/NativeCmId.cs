using System.Runtime.InteropServices;

namespace RdmaSharp.Interop;

/// <summary>struct rdma_cm_id: the fields that are read; librdmacm allocates it.</summary>
[StructLayout(LayoutKind.Explicit, Size = 416)]
internal struct NativeCmId
{
    internal const int SourceAddressOffset = 32;
    internal const int DestinationAddressOffset = 160;

    [FieldOffset(0)] internal nint Verbs;
    [FieldOffset(16)] internal nint Context;
    [FieldOffset(24)] internal nint Qp;
    [FieldOffset(348)] internal byte Port;
}
