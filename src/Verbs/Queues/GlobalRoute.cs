using System.Runtime.InteropServices;

namespace RdmaSharp;

/// <summary>The global part of an address: <c>struct ibv_global_route</c>. RoCE always uses it.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct GlobalRoute
{
    /// <summary>The destination port's GID.</summary>
    public Gid Destination;

    /// <summary>The flow label.</summary>
    public uint FlowLabel;

    /// <summary>The index of the local GID to send from.</summary>
    public byte SourceGidIndex;

    /// <summary>How many routers the packets may pass.</summary>
    public byte HopLimit;

    /// <summary>The traffic class.</summary>
    public byte TrafficClass;
}
