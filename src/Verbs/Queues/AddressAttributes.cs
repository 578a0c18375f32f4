using System.Runtime.InteropServices;

namespace RdmaSharp;

/// <summary>The way to a peer: <c>struct ibv_ah_attr</c>, ibv_create_ah(3).</summary>
[StructLayout(LayoutKind.Sequential, Size = 32)]
public struct AddressAttributes
{
    /// <summary>The global route; used if <see cref="IsGlobal"/> is not 0.</summary>
    public GlobalRoute Route;

    /// <summary>The destination's local identifier (InfiniBand).</summary>
    public ushort DestinationLocalIdentifier;

    /// <summary>The service level.</summary>
    public byte ServiceLevel;

    /// <summary>Source path bits (InfiniBand).</summary>
    public byte SourcePathBits;

    /// <summary>The rate limit, <c>enum ibv_rate</c>; 0 for none.</summary>
    public byte StaticRate;

    /// <summary>1 if <see cref="Route"/> is used.</summary>
    public byte IsGlobal;

    /// <summary>The local port.</summary>
    public byte Port;
}
