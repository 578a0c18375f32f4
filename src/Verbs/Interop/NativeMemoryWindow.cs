namespace RdmaSharp.Interop;

/// <summary>struct ibv_mw.</summary>
internal struct NativeMemoryWindow
{
    internal nint Context;
    internal nint Pd;
    internal uint RemoteKey;
    internal uint Handle;
    internal int Type;
}
