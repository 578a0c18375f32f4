using System.Buffers;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using FastSockets.Transport.Fabric;
using FastSockets.Transport.Progress;

namespace FastSockets.Transport;

/// <summary>Sends without a copy: from pool memory, and from other memory that is registered for one large send.</summary>
internal sealed partial class Connection
{
    /// <summary>What a sender that does not wait for each send leaves uncopied: it pays no round trip, only a completion of its own.</summary>
    private const int PipelinedThreshold = 4096;

    /// <summary>
    /// As SendAsync, for callers that have several sends under way: from registered memory all but small ones are
    /// posted as they are. A close lets them go out.
    /// </summary>
    public ValueTask<int> SendPipelinedAsync(ReadOnlyMemory<byte> data) => SendAsync(data, PipelinedThreshold, isPipelined: true, default);

    /// <summary>Finds, or makes for this send alone, the registration of what is to be sent. False: it is to be copied.</summary>
    private bool TryRegister(nint address, int length, int least, out uint key, out IRegisteredMemory? ownRegion)
    {
        ownRegion = null;
        key = 0;
        if (length < least)
            return false;

        if (Memory.TryGetKey(address, length, out key))
            return true;

        if (length < Memory.Thresholds.Register)
            return false;

        ownRegion = Memory.TryRegister(address, length);
        key = ownRegion?.LocalKey ?? 0;
        return ownRegion is not null;
    }

    private bool IsWorthRegistering(ReadOnlyMemory<byte> data, int least) =>
        data.Length >= Memory.Thresholds.Register ||
        // Pool memory is never an array.
        (data.Length >= least && !MemoryMarshal.TryGetArray(data, out _));

    /// <summary>An operation that sends from where the data is; null when it cannot be registered.</summary>
    private SendOperation? RegisteredSend(ReadOnlyMemory<byte> data, int least)
    {
        SendOperation operation = RentSend();
        operation.Begin(MemoryMarshal.AsMemory(data), 0);
        nint address = operation.Pin();
        if (TryRegister(address, data.Length, least, out uint key, out IRegisteredMemory? ownRegion))
        {
            operation.Use(address, key, ownRegion);
            return operation;
        }

        operation.GiveUp();
        return null;
    }
}
