using System.IO.Pipelines;
using System.Net.Sockets;
using FastSockets.Pipes;

namespace FastSockets;

public sealed partial class FastSocket
{
    /// <summary>
    /// The connection as a pair of pipes. Over RDMA the reader hands out the very slabs that the device filled, until AdvanceTo gives
    /// them back, and the writer's memory is registered and posted as it is: neither copies. Unconsumed bytes count against the
    /// connection's window, so a reader that stops stops its peer. Over TCP these are pipes over a <see cref="NetworkStream"/>.
    /// </summary>
    /// <remarks>
    /// Call it once, and use the pipes alone from then on, not Send or Receive. The reader is for one caller at a time, the writer for
    /// another. What a read returned must not be touched after AdvanceTo: the device may be writing there. Completing the
    /// writer sends what was written and ends the stream (Shutdown of sending); the socket remains to be disposed. Errors of
    /// the socket are <see cref="IOException"/>s with the <see cref="SocketException"/> inside.
    /// </remarks>
    /// <exception cref="SocketException">NotConnected.</exception>
    /// <exception cref="ObjectDisposedException">The socket was closed.</exception>
    public IDuplexPipe AsPipe()
    {
        if (_rdma is { } rdma)
            return new DuplexPipe(
                new SlabPipeReader(rdma), new RegisteredPipeWriter(rdma, FastMemoryPool.Shared));

        if (!Connected)
            throw new SocketException((int)SocketError.NotConnected);

        var stream = new NetworkStream(Tcp, ownsSocket: false);
        return new DuplexPipe(PipeReader.Create(stream), PipeWriter.Create(stream));
    }
}
