using System.Runtime.InteropServices;

namespace RdmaSharp;

/// <summary>An entry of a port's GID table: <c>struct ibv_gid_entry</c>, ibv_query_gid_ex(3).</summary>
[StructLayout(LayoutKind.Sequential)]
public struct GidEntry
{
    /// <summary>The GID.</summary>
    public Gid Gid;

    /// <summary>Its place in the table.</summary>
    public uint Index;

    /// <summary>The port.</summary>
    public uint Port;

    /// <summary>What travels under it.</summary>
    public GidType Type;

    /// <summary>The index of the network interface behind it; 0 if there is none.</summary>
    public uint InterfaceIndex;
}
