namespace RdmaSharp.Interop;

/// <summary>
/// Offsets of fields that are read from objects which libibverbs allocates. All of them lie before the first embedded
/// pthread type, so they are the same on x86-64 and arm64.
/// </summary>
internal static class VerbsLayout
{
    internal const int DeviceNodeType = 16;
    internal const int DeviceTransportType = 20;
    internal const int DeviceName = 24;
    internal const int DeviceNameLength = 64;
    internal const int DeviceSysfsPath = 408;
    internal const int DeviceSysfsPathLength = 256;
    internal const int ContextDevice = 0;
    internal const int ContextAsyncDescriptor = 268;
    internal const int ContextCompletionVectors = 272;
    internal const int ChannelDescriptor = 8;
    internal const int EventChannelDescriptor = 0;
    internal const int CqContext = 16;
    internal const int CqEntries = 28;
    internal const int SrqContext = 8;
    internal const int QpContext = 8;
    internal const int QpNumber = 52;
}
