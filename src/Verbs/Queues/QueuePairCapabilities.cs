using System.Runtime.InteropServices;

namespace RdmaSharp;

/// <summary>The sizes of a queue pair: <c>struct ibv_qp_cap</c>, ibv_create_qp(3).</summary>
[StructLayout(LayoutKind.Sequential)]
public struct QueuePairCapabilities
{
    /// <summary>Requests outstanding on the send queue.</summary>
    public uint MaxSendRequests;

    /// <summary>Requests outstanding on the receive queue; not used with a shared receive queue.</summary>
    public uint MaxReceiveRequests;

    /// <summary>Elements in a send request.</summary>
    public uint MaxSendElements;

    /// <summary>Elements in a receive request; not used with a shared receive queue.</summary>
    public uint MaxReceiveElements;

    /// <summary>Bytes that can be sent with <see cref="SendFlags.Inline"/>.</summary>
    public uint MaxInlineData;
}
