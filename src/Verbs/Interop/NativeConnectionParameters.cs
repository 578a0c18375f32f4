namespace RdmaSharp.Interop;

/// <summary>struct rdma_conn_param.</summary>
internal unsafe struct NativeConnectionParameters
{
    internal byte* PrivateData;
    internal byte PrivateDataLength;
    internal byte ResponderResources;
    internal byte InitiatorDepth;
    internal byte FlowControl;
    internal byte RetryCount;
    internal byte RnrRetryCount;
    internal byte Srq;
    internal uint QpNumber;
}
