using System.Runtime.InteropServices;

namespace RdmaSharp;

/// <summary>A piece of registered local memory: <c>struct ibv_sge</c>, ibv_post_send(3).</summary>
[StructLayout(LayoutKind.Sequential)]
public struct ScatterGatherElement
{
    /// <summary>Names a piece of registered memory.</summary>
    /// <param name="address">Its address.</param>
    /// <param name="length">Its length in bytes.</param>
    /// <param name="localKey">The local key of a region that covers it; not looked at for inline sends.</param>
    public unsafe ScatterGatherElement(void* address, uint length, uint localKey)
    {
        Address = (ulong)address;
        Length = length;
        LocalKey = localKey;
    }

    /// <summary>The address.</summary>
    public ulong Address;

    /// <summary>The length in bytes.</summary>
    public uint Length;

    /// <summary>The local key.</summary>
    public uint LocalKey;
}
