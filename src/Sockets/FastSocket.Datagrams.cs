using System.Net;
using System.Net.Sockets;

namespace FastSockets;

// Calls that name the peer are for datagrams, which are the kernel's.
public sealed partial class FastSocket
{
    private Socket ForDatagrams
    {
        get
        {
            ThrowIfDisposed();
            ThrowIfNoKernelSocket("A call that names the peer");
            return Tcp;
        }
    }

    /// <inheritdoc cref="SendTo(ReadOnlySpan{byte}, SocketFlags, EndPoint)"/>
    public int SendTo(byte[] buffer, EndPoint remoteEP) => ForDatagrams.SendTo(buffer, remoteEP);

    /// <inheritdoc cref="SendTo(ReadOnlySpan{byte}, SocketFlags, EndPoint)"/>
    public int SendTo(byte[] buffer, SocketFlags socketFlags, EndPoint remoteEP) =>
        ForDatagrams.SendTo(buffer, socketFlags, remoteEP);

    /// <inheritdoc cref="SendTo(ReadOnlySpan{byte}, SocketFlags, EndPoint)"/>
    public int SendTo(byte[] buffer, int size, SocketFlags socketFlags, EndPoint remoteEP) =>
        ForDatagrams.SendTo(buffer, size, socketFlags, remoteEP);

    /// <inheritdoc cref="SendTo(ReadOnlySpan{byte}, SocketFlags, EndPoint)"/>
    public int SendTo(byte[] buffer, int offset, int size, SocketFlags socketFlags, EndPoint remoteEP) =>
        ForDatagrams.SendTo(buffer, offset, size, socketFlags, remoteEP);

    /// <inheritdoc cref="SendTo(ReadOnlySpan{byte}, SocketFlags, EndPoint)"/>
    public int SendTo(ReadOnlySpan<byte> buffer, EndPoint remoteEP) => ForDatagrams.SendTo(buffer, remoteEP);

    /// <inheritdoc cref="Socket.SendTo(ReadOnlySpan{byte}, SocketFlags, EndPoint)"/>
    /// <exception cref="NotSupportedException">Connected by RDMA.</exception>
    public int SendTo(ReadOnlySpan<byte> buffer, SocketFlags socketFlags, EndPoint remoteEP) =>
        ForDatagrams.SendTo(buffer, socketFlags, remoteEP);

    /// <inheritdoc cref="SendTo(ReadOnlySpan{byte}, SocketFlags, EndPoint)"/>
    public int SendTo(ReadOnlySpan<byte> buffer, SocketFlags socketFlags, SocketAddress socketAddress) =>
        ForDatagrams.SendTo(buffer, socketFlags, socketAddress);

    /// <inheritdoc cref="SendTo(ReadOnlySpan{byte}, SocketFlags, EndPoint)"/>
    public Task<int> SendToAsync(ArraySegment<byte> buffer, EndPoint remoteEP) =>
        ForDatagrams.SendToAsync(buffer, remoteEP);

    /// <inheritdoc cref="SendTo(ReadOnlySpan{byte}, SocketFlags, EndPoint)"/>
    public Task<int> SendToAsync(ArraySegment<byte> buffer, SocketFlags socketFlags, EndPoint remoteEP) =>
        ForDatagrams.SendToAsync(buffer, socketFlags, remoteEP);

    /// <inheritdoc cref="SendTo(ReadOnlySpan{byte}, SocketFlags, EndPoint)"/>
    public ValueTask<int> SendToAsync(
        ReadOnlyMemory<byte> buffer, EndPoint remoteEP, CancellationToken cancellationToken = default) =>
        ForDatagrams.SendToAsync(buffer, remoteEP, cancellationToken);

    /// <inheritdoc cref="SendTo(ReadOnlySpan{byte}, SocketFlags, EndPoint)"/>
    public ValueTask<int> SendToAsync(
        ReadOnlyMemory<byte> buffer,
        SocketFlags socketFlags,
        EndPoint remoteEP,
        CancellationToken cancellationToken = default) =>
        ForDatagrams.SendToAsync(buffer, socketFlags, remoteEP, cancellationToken);

    /// <inheritdoc cref="SendTo(ReadOnlySpan{byte}, SocketFlags, EndPoint)"/>
    public ValueTask<int> SendToAsync(
        ReadOnlyMemory<byte> buffer,
        SocketFlags socketFlags,
        SocketAddress socketAddress,
        CancellationToken cancellationToken = default) =>
        ForDatagrams.SendToAsync(buffer, socketFlags, socketAddress, cancellationToken);

    /// <inheritdoc cref="ReceiveFrom(Span{byte}, SocketFlags, ref EndPoint)"/>
    public int ReceiveFrom(byte[] buffer, ref EndPoint remoteEP) => ForDatagrams.ReceiveFrom(buffer, ref remoteEP);

    /// <inheritdoc cref="ReceiveFrom(Span{byte}, SocketFlags, ref EndPoint)"/>
    public int ReceiveFrom(byte[] buffer, SocketFlags socketFlags, ref EndPoint remoteEP) =>
        ForDatagrams.ReceiveFrom(buffer, socketFlags, ref remoteEP);

    /// <inheritdoc cref="ReceiveFrom(Span{byte}, SocketFlags, ref EndPoint)"/>
    public int ReceiveFrom(byte[] buffer, int size, SocketFlags socketFlags, ref EndPoint remoteEP) =>
        ForDatagrams.ReceiveFrom(buffer, size, socketFlags, ref remoteEP);

    /// <inheritdoc cref="ReceiveFrom(Span{byte}, SocketFlags, ref EndPoint)"/>
    public int ReceiveFrom(byte[] buffer, int offset, int size, SocketFlags socketFlags, ref EndPoint remoteEP) =>
        ForDatagrams.ReceiveFrom(buffer, offset, size, socketFlags, ref remoteEP);

    /// <inheritdoc cref="ReceiveFrom(Span{byte}, SocketFlags, ref EndPoint)"/>
    public int ReceiveFrom(Span<byte> buffer, ref EndPoint remoteEP) => ForDatagrams.ReceiveFrom(buffer, ref remoteEP);

    /// <inheritdoc cref="Socket.ReceiveFrom(Span{byte}, SocketFlags, ref EndPoint)"/>
    /// <exception cref="NotSupportedException">Connected by RDMA.</exception>
    public int ReceiveFrom(Span<byte> buffer, SocketFlags socketFlags, ref EndPoint remoteEP) =>
        ForDatagrams.ReceiveFrom(buffer, socketFlags, ref remoteEP);

    /// <inheritdoc cref="ReceiveFrom(Span{byte}, SocketFlags, ref EndPoint)"/>
    public int ReceiveFrom(Span<byte> buffer, SocketFlags socketFlags, SocketAddress receivedAddress) =>
        ForDatagrams.ReceiveFrom(buffer, socketFlags, receivedAddress);

    /// <inheritdoc cref="ReceiveFrom(Span{byte}, SocketFlags, ref EndPoint)"/>
    public Task<SocketReceiveFromResult> ReceiveFromAsync(ArraySegment<byte> buffer, EndPoint remoteEndPoint) =>
        ForDatagrams.ReceiveFromAsync(buffer, remoteEndPoint);

    /// <inheritdoc cref="ReceiveFrom(Span{byte}, SocketFlags, ref EndPoint)"/>
    public Task<SocketReceiveFromResult> ReceiveFromAsync(
        ArraySegment<byte> buffer, SocketFlags socketFlags, EndPoint remoteEndPoint) =>
        ForDatagrams.ReceiveFromAsync(buffer, socketFlags, remoteEndPoint);

    /// <inheritdoc cref="ReceiveFrom(Span{byte}, SocketFlags, ref EndPoint)"/>
    public ValueTask<SocketReceiveFromResult> ReceiveFromAsync(
        Memory<byte> buffer, EndPoint remoteEndPoint, CancellationToken cancellationToken = default) =>
        ForDatagrams.ReceiveFromAsync(buffer, remoteEndPoint, cancellationToken);

    /// <inheritdoc cref="ReceiveFrom(Span{byte}, SocketFlags, ref EndPoint)"/>
    public ValueTask<SocketReceiveFromResult> ReceiveFromAsync(
        Memory<byte> buffer,
        SocketFlags socketFlags,
        EndPoint remoteEndPoint,
        CancellationToken cancellationToken = default) =>
        ForDatagrams.ReceiveFromAsync(buffer, socketFlags, remoteEndPoint, cancellationToken);

    /// <inheritdoc cref="ReceiveFrom(Span{byte}, SocketFlags, ref EndPoint)"/>
    public ValueTask<int> ReceiveFromAsync(
        Memory<byte> buffer,
        SocketFlags socketFlags,
        SocketAddress receivedAddress,
        CancellationToken cancellationToken = default) =>
        ForDatagrams.ReceiveFromAsync(buffer, socketFlags, receivedAddress, cancellationToken);

    /// <inheritdoc cref="ReceiveMessageFrom(Span{byte}, ref SocketFlags, ref EndPoint, out IPPacketInformation)"/>
    public int ReceiveMessageFrom(
        byte[] buffer,
        int offset,
        int size,
        ref SocketFlags socketFlags,
        ref EndPoint remoteEP,
        out IPPacketInformation ipPacketInformation) =>
        ForDatagrams.ReceiveMessageFrom(
            buffer, offset, size, ref socketFlags, ref remoteEP, out ipPacketInformation);

    /// <inheritdoc cref="Socket.ReceiveMessageFrom(Span{byte}, ref SocketFlags, ref EndPoint, out IPPacketInformation)"/>
    /// <exception cref="NotSupportedException">Connected by RDMA.</exception>
    public int ReceiveMessageFrom(
        Span<byte> buffer,
        ref SocketFlags socketFlags,
        ref EndPoint remoteEP,
        out IPPacketInformation ipPacketInformation) =>
        ForDatagrams.ReceiveMessageFrom(buffer, ref socketFlags, ref remoteEP, out ipPacketInformation);

    /// <inheritdoc cref="ReceiveMessageFrom(Span{byte}, ref SocketFlags, ref EndPoint, out IPPacketInformation)"/>
    public Task<SocketReceiveMessageFromResult> ReceiveMessageFromAsync(
        ArraySegment<byte> buffer, EndPoint remoteEndPoint) =>
        ForDatagrams.ReceiveMessageFromAsync(buffer, remoteEndPoint);

    /// <inheritdoc cref="ReceiveMessageFrom(Span{byte}, ref SocketFlags, ref EndPoint, out IPPacketInformation)"/>
    public Task<SocketReceiveMessageFromResult> ReceiveMessageFromAsync(
        ArraySegment<byte> buffer, SocketFlags socketFlags, EndPoint remoteEndPoint) =>
        ForDatagrams.ReceiveMessageFromAsync(buffer, socketFlags, remoteEndPoint);

    /// <inheritdoc cref="ReceiveMessageFrom(Span{byte}, ref SocketFlags, ref EndPoint, out IPPacketInformation)"/>
    public ValueTask<SocketReceiveMessageFromResult> ReceiveMessageFromAsync(
        Memory<byte> buffer, EndPoint remoteEndPoint, CancellationToken cancellationToken = default) =>
        ForDatagrams.ReceiveMessageFromAsync(buffer, remoteEndPoint, cancellationToken);

    /// <inheritdoc cref="ReceiveMessageFrom(Span{byte}, ref SocketFlags, ref EndPoint, out IPPacketInformation)"/>
    public ValueTask<SocketReceiveMessageFromResult> ReceiveMessageFromAsync(
        Memory<byte> buffer,
        SocketFlags socketFlags,
        EndPoint remoteEndPoint,
        CancellationToken cancellationToken = default) =>
        ForDatagrams.ReceiveMessageFromAsync(buffer, socketFlags, remoteEndPoint, cancellationToken);
}
