namespace RdmaSharp.Interop;

/// <summary>struct ibv_mr.</summary>
internal struct NativeMemoryRegion
{
    internal nint Context;
    internal nint Pd;
    internal nint Address;
    internal nuint Length;
    internal uint Handle;
    internal uint LocalKey;
    internal uint RemoteKey;
}
