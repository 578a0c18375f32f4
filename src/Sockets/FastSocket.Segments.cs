using System.Net.Sockets;

namespace FastSockets;

// Lists of buffers: gathered by a send, filled in turn by a receive.
public sealed partial class FastSocket
{
    /// <inheritdoc cref="Send(IList{ArraySegment{byte}}, SocketFlags)"/>
    public int Send(IList<ArraySegment<byte>> buffers) => Send(buffers, SocketFlags.None);

    /// <summary>Sends all of <paramref name="buffers"/>, in order; a non-blocking socket sends what it can.</summary>
    /// <param name="buffers">At least one; the memory is the caller's again on return.</param>
    /// <param name="socketFlags">As for <see cref="Send(ReadOnlySpan{byte}, SocketFlags)"/>.</param>
    /// <returns>The number of bytes sent.</returns>
    /// <exception cref="ArgumentException">The list is empty.</exception>
    /// <exception cref="SocketException">As for <see cref="Send(ReadOnlySpan{byte}, SocketFlags)"/>.</exception>
    /// <exception cref="ObjectDisposedException">The socket was closed.</exception>
    public int Send(IList<ArraySegment<byte>> buffers, SocketFlags socketFlags)
    {
        int sent = Send(buffers, socketFlags, out SocketError error);
        return error == SocketError.Success ? sent : throw new SocketException((int)error);
    }

    /// <summary>
    /// As <see cref="Send(IList{ArraySegment{byte}}, SocketFlags)"/>, with the socket's error returned, not thrown.
    /// </summary>
    public int Send(IList<ArraySegment<byte>> buffers, SocketFlags socketFlags, out SocketError errorCode)
    {
        ThrowIfNoBuffers(buffers);
        return _rdma is { } rdma
            ? rdma.TrySend(buffers, socketFlags, out errorCode)
            : Tcp.Send(buffers, socketFlags, out errorCode);
    }

    /// <inheritdoc cref="SendAsync(ReadOnlyMemory{byte}, SocketFlags, CancellationToken)"/>
    public Task<int> SendAsync(ArraySegment<byte> buffer) => SendAsync(buffer, SocketFlags.None);

    /// <inheritdoc cref="SendAsync(ReadOnlyMemory{byte}, SocketFlags, CancellationToken)"/>
    /// <exception cref="ArgumentNullException"><paramref name="buffer"/> has no array.</exception>
    public Task<int> SendAsync(ArraySegment<byte> buffer, SocketFlags socketFlags)
    {
        ArgumentNullException.ThrowIfNull(buffer.Array);
        return SendAsync(buffer, socketFlags, CancellationToken.None).AsTask();
    }

    /// <inheritdoc cref="SendAsync(IList{ArraySegment{byte}}, SocketFlags)"/>
    public Task<int> SendAsync(IList<ArraySegment<byte>> buffers) => SendAsync(buffers, SocketFlags.None);

    /// <summary>Sends all of <paramref name="buffers"/>, which must stay unchanged until completion.</summary>
    /// <inheritdoc cref="Send(IList{ArraySegment{byte}}, SocketFlags)"/>
    public Task<int> SendAsync(IList<ArraySegment<byte>> buffers, SocketFlags socketFlags)
    {
        ThrowIfNoBuffers(buffers);
        return _rdma is { } rdma ? rdma.SendAsync(buffers, socketFlags).AsTask() : Tcp.SendAsync(buffers, socketFlags);
    }

    /// <inheritdoc cref="Receive(IList{ArraySegment{byte}}, SocketFlags)"/>
    public int Receive(IList<ArraySegment<byte>> buffers) => Receive(buffers, SocketFlags.None);

    /// <summary>Receives what is there, waiting for the first byte or the end of the stream.</summary>
    /// <param name="buffers">At least one; filled in order, over RDMA by 1 MiB in all at most.</param>
    /// <param name="socketFlags">As for <see cref="Receive(Span{byte}, SocketFlags)"/>.</param>
    /// <returns>The number of bytes received; 0 at the end of the stream.</returns>
    /// <exception cref="ArgumentException">The list is empty.</exception>
    /// <exception cref="SocketException">As for <see cref="Receive(Span{byte}, SocketFlags)"/>.</exception>
    /// <exception cref="ObjectDisposedException">The socket was closed.</exception>
    public int Receive(IList<ArraySegment<byte>> buffers, SocketFlags socketFlags)
    {
        int received = Receive(buffers, socketFlags, out SocketError error);
        return error == SocketError.Success ? received : throw new SocketException((int)error);
    }

    /// <summary>
    /// As <see cref="Receive(IList{ArraySegment{byte}}, SocketFlags)"/>, with the socket's error returned, not thrown.
    /// </summary>
    public int Receive(IList<ArraySegment<byte>> buffers, SocketFlags socketFlags, out SocketError errorCode)
    {
        ThrowIfNoBuffers(buffers);
        return _rdma is { } rdma
            ? rdma.TryReceive(buffers, socketFlags, out errorCode)
            : TcpToReceive.Receive(buffers, socketFlags, out errorCode);
    }

    /// <inheritdoc cref="ReceiveAsync(Memory{byte}, SocketFlags, CancellationToken)"/>
    public Task<int> ReceiveAsync(ArraySegment<byte> buffer) => ReceiveAsync(buffer, SocketFlags.None);

    /// <inheritdoc cref="ReceiveAsync(Memory{byte}, SocketFlags, CancellationToken)"/>
    /// <exception cref="ArgumentNullException"><paramref name="buffer"/> has no array.</exception>
    public Task<int> ReceiveAsync(ArraySegment<byte> buffer, SocketFlags socketFlags)
    {
        ArgumentNullException.ThrowIfNull(buffer.Array);
        return ReceiveAsync(buffer, socketFlags, CancellationToken.None).AsTask();
    }

    /// <inheritdoc cref="ReceiveAsync(IList{ArraySegment{byte}}, SocketFlags)"/>
    public Task<int> ReceiveAsync(IList<ArraySegment<byte>> buffers) => ReceiveAsync(buffers, SocketFlags.None);

    /// <inheritdoc cref="Receive(IList{ArraySegment{byte}}, SocketFlags)"/>
    public Task<int> ReceiveAsync(IList<ArraySegment<byte>> buffers, SocketFlags socketFlags)
    {
        ThrowIfNoBuffers(buffers);
        return _rdma is { } rdma
            ? rdma.ReceiveAsync([.. buffers], socketFlags).AsTask()
            : TcpToReceive.ReceiveAsync(buffers, socketFlags);
    }

    private static void ThrowIfNoBuffers(IList<ArraySegment<byte>> buffers)
    {
        ArgumentNullException.ThrowIfNull(buffers);
        if (buffers.Count == 0)
            throw new ArgumentException("The list of buffers is empty.", nameof(buffers));
        foreach (ArraySegment<byte> buffer in buffers)
            ArgumentNullException.ThrowIfNull(buffer.Array, nameof(buffers));
    }
}
