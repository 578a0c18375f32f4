using System.Buffers;
using System.Net.Sockets;
using FastSockets.Transport.Protocol;

namespace FastSockets.Pipes;

/// <summary>
/// A send that is under way, and the block that it sends from: it alone may give that back, as soon as the device has done with it.
/// Used again for another send, so that none allocates.
/// </summary>
internal sealed class BlockSend(RegisteredPipeWriter writer) : IPipelinedSend
{
    /// <summary>What is sent; null once it is given back.</summary>
    public IMemoryOwner<byte>? Block { get; set; }

    public void OnSent(SocketError error)
    {
        Block!.Dispose();
        Block = null;
        writer.OnEnded(this, error);
    }
}
