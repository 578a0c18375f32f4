using RdmaSharp.Interop;

namespace RdmaSharp;

/// <summary>
/// Something that happened to an identifier: <c>struct rdma_cm_event</c>, rdma_get_cm_event(3). A copy: the native
/// event is already acknowledged, so the identifier may be disposed or migrated at once. Immutable.
/// </summary>
public sealed unsafe class CmEvent
{
    private readonly byte[] _privateData;

    internal CmEvent(NativeCmEvent* native, CmId id, CmId? listener)
    {
        Type = native->Type;
        Status = native->Status;
        Id = id;
        Listener = listener;
        ref readonly NativeConnectionParameters connection = ref native->Connection;
        _privateData = new ReadOnlySpan<byte>(connection.PrivateData, connection.PrivateDataLength).ToArray();
        ResponderResources = connection.ResponderResources;
        InitiatorDepth = connection.InitiatorDepth;
        RemoteQueuePairNumber = connection.QpNumber;
    }

    /// <summary>What happened.</summary>
    public CmEventType Type { get; }

    /// <summary>0, a negative errno, or for a rejection the reason.</summary>
    public int Status { get; }

    /// <summary>Why the peer rejected, on InfiniBand and RoCE.</summary>
    public CmRejectReason RejectReason =>
        Type == CmEventType.Rejected && Status > 0 ? (CmRejectReason)Status : CmRejectReason.None;

    /// <summary>
    /// The identifier concerned. That of a <see cref="CmEventType.ConnectRequest"/> is new and the receiver's to
    /// dispose.
    /// </summary>
    public CmId Id { get; }

    /// <summary>For a <see cref="CmEventType.ConnectRequest"/> the listener it came to.</summary>
    public CmId? Listener { get; }

    /// <summary>
    /// What the peer sent along with its request, acceptance or rejection. InfiniBand and RoCE always deliver the
    /// field's full size, padded with zeros: what is inside must tell its own length.
    /// </summary>
    public ReadOnlySpan<byte> PrivateData => _privateData;

    /// <summary>Reads and atomics that the peer will have outstanding.</summary>
    public byte ResponderResources { get; }

    /// <summary>Reads and atomics that the peer accepts at once.</summary>
    public byte InitiatorDepth { get; }

    /// <summary>The peer's queue pair number, where the event tells it.</summary>
    public uint RemoteQueuePairNumber { get; }

    /// <summary>The type and the status.</summary>
    public override string ToString() => Status == 0 ? $"{Type}" : $"{Type} (status {Status})";
}
