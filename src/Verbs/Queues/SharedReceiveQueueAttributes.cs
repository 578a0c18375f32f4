using System.Runtime.InteropServices;

namespace RdmaSharp;

/// <summary>The size and the limit of a shared receive queue: <c>struct ibv_srq_attr</c>, ibv_query_srq(3).</summary>
[StructLayout(LayoutKind.Sequential)]
public struct SharedReceiveQueueAttributes
{
    /// <summary>The receives it can hold.</summary>
    public uint MaxRequests;

    /// <summary>The elements a receive can have.</summary>
    public uint MaxElements;

    /// <summary>An event is raised when fewer receives than this are left; 0: none is armed.</summary>
    public uint Limit;
}
