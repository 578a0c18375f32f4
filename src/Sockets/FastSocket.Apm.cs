using System.Net;
using System.Net.Sockets;

namespace FastSockets;

#pragma warning disable CA1822 // Instance members, as Socket's are.

// The Begin and End pattern, over the asynchronous calls, as Socket has it now.
public sealed partial class FastSocket
{
    /// <inheritdoc cref="Socket.BeginAccept(AsyncCallback, object)"/>
    public IAsyncResult BeginAccept(AsyncCallback? callback, object? state) =>
        TaskToAsyncResult.Begin(AcceptAsync(), callback, state);

    /// <inheritdoc cref="Socket.BeginAccept(int, AsyncCallback, object)"/>
    public IAsyncResult BeginAccept(int receiveSize, AsyncCallback? callback, object? state) =>
        BeginAccept(null, receiveSize, callback, state);

    /// <summary>Accepts, and receives the first bytes.</summary>
    /// <param name="acceptSocket">A fresh socket that is to carry the connection; null: a new one.</param>
    /// <param name="receiveSize">How many bytes; 0: none.</param>
    /// <param name="callback">Called at the end; may be null.</param>
    /// <param name="state">The result's AsyncState.</param>
    /// <returns>For <see cref="EndAccept(out byte[], out int, IAsyncResult)"/>.</returns>
    public IAsyncResult BeginAccept(FastSocket? acceptSocket, int receiveSize, AsyncCallback? callback, object? state)
    {
        return TaskToAsyncResult.Begin(AcceptAndReceiveAsync(), callback, state);

        async Task<(FastSocket, byte[], int)> AcceptAndReceiveAsync()
        {
            ArgumentOutOfRangeException.ThrowIfNegative(receiveSize);
            FastSocket socket = await AcceptAsync(acceptSocket).ConfigureAwait(false);
            if (receiveSize == 0)
                return (socket, [], 0);
            try
            {
                byte[] buffer = new byte[receiveSize];
                return (socket, buffer, await socket.ReceiveAsync(buffer.AsMemory()).ConfigureAwait(false));
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }
    }

    /// <summary>The outcome of <see cref="BeginAccept(AsyncCallback, object)"/>.</summary>
    /// <inheritdoc cref="Accept"/>
    public FastSocket EndAccept(IAsyncResult asyncResult)
    {
        return TaskToAsyncResult.Unwrap(asyncResult) is Task<FastSocket>
            ? TaskToAsyncResult.End<FastSocket>(asyncResult)
            : EndAccept(out _, out _, asyncResult);
    }

    /// <inheritdoc cref="EndAccept(out byte[], out int, IAsyncResult)"/>
    public FastSocket EndAccept(out byte[] buffer, IAsyncResult asyncResult)
    {
        FastSocket socket = EndAccept(out byte[] received, out int count, asyncResult);
        buffer = received[..count];
        return socket;
    }

    /// <summary>The outcome of <see cref="BeginAccept(int, AsyncCallback, object)"/>.</summary>
    /// <param name="buffer">Where the first bytes are.</param>
    /// <param name="bytesTransferred">How many they are.</param>
    /// <param name="asyncResult">What it returned.</param>
    /// <returns>The connected socket, the caller's to dispose.</returns>
    public FastSocket EndAccept(out byte[] buffer, out int bytesTransferred, IAsyncResult asyncResult)
    {
        (FastSocket socket, buffer, bytesTransferred) = TaskToAsyncResult.End<(FastSocket, byte[], int)>(asyncResult);
        return socket;
    }

    /// <inheritdoc cref="Socket.BeginConnect(EndPoint, AsyncCallback, object)"/>
    public IAsyncResult BeginConnect(EndPoint remoteEP, AsyncCallback? callback, object? state) =>
        TaskToAsyncResult.Begin(ConnectAsync(remoteEP), callback, state);

    /// <inheritdoc cref="Socket.BeginConnect(string, int, AsyncCallback, object)"/>
    public IAsyncResult BeginConnect(string host, int port, AsyncCallback? requestCallback, object? state) =>
        TaskToAsyncResult.Begin(ConnectAsync(host, port), requestCallback, state);

    /// <inheritdoc cref="Socket.BeginConnect(IPAddress, int, AsyncCallback, object)"/>
    public IAsyncResult BeginConnect(IPAddress address, int port, AsyncCallback? requestCallback, object? state) =>
        TaskToAsyncResult.Begin(ConnectAsync(address, port), requestCallback, state);

    /// <inheritdoc cref="Socket.BeginConnect(IPAddress[], int, AsyncCallback, object)"/>
    public IAsyncResult BeginConnect(IPAddress[] addresses, int port, AsyncCallback? requestCallback, object? state) =>
        TaskToAsyncResult.Begin(ConnectAsync(addresses, port), requestCallback, state);

    /// <summary>The outcome of BeginConnect.</summary>
    /// <inheritdoc cref="Connect(EndPoint)"/>
    public void EndConnect(IAsyncResult asyncResult) => TaskToAsyncResult.End(asyncResult);

    /// <inheritdoc cref="Socket.BeginDisconnect(bool, AsyncCallback, object)"/>
    public IAsyncResult BeginDisconnect(bool reuseSocket, AsyncCallback? callback, object? state) =>
        TaskToAsyncResult.Begin(DisconnectAsync(reuseSocket).AsTask(), callback, state);

    /// <summary>The outcome of BeginDisconnect.</summary>
    /// <inheritdoc cref="Disconnect"/>
    public void EndDisconnect(IAsyncResult asyncResult) => TaskToAsyncResult.End(asyncResult);

    /// <inheritdoc cref="Socket.BeginSend(byte[], int, int, SocketFlags, AsyncCallback, object)"/>
    public IAsyncResult BeginSend(
        byte[] buffer, int offset, int size, SocketFlags socketFlags, AsyncCallback? callback, object? state) =>
        TaskToAsyncResult.Begin(SendAsync(RangeOf(buffer, offset, size), socketFlags).AsTask(), callback, state);

    /// <inheritdoc cref="Socket.BeginSend(byte[], int, int, SocketFlags, out SocketError, AsyncCallback, object)"/>
    public IAsyncResult? BeginSend(
        byte[] buffer,
        int offset,
        int size,
        SocketFlags socketFlags,
        out SocketError errorCode,
        AsyncCallback? callback,
        object? state) =>
        Begin(SendAsync(RangeOf(buffer, offset, size), socketFlags).AsTask(), out errorCode, callback, state);

    /// <inheritdoc cref="Socket.BeginSend(IList{ArraySegment{byte}}, SocketFlags, AsyncCallback, object)"/>
    public IAsyncResult BeginSend(
        IList<ArraySegment<byte>> buffers, SocketFlags socketFlags, AsyncCallback? callback, object? state) =>
        TaskToAsyncResult.Begin(SendAsync(buffers, socketFlags), callback, state);

    /// <inheritdoc cref="Socket.BeginSend(IList{ArraySegment{byte}}, SocketFlags, out SocketError, AsyncCallback, object)"/>
    public IAsyncResult? BeginSend(
        IList<ArraySegment<byte>> buffers,
        SocketFlags socketFlags,
        out SocketError errorCode,
        AsyncCallback? callback,
        object? state) =>
        Begin(SendAsync(buffers, socketFlags), out errorCode, callback, state);

    /// <summary>The outcome of BeginSend: bytes sent.</summary>
    /// <inheritdoc cref="Send(ReadOnlySpan{byte}, SocketFlags)"/>
    public int EndSend(IAsyncResult asyncResult) => TaskToAsyncResult.End<int>(asyncResult);

    /// <inheritdoc cref="EndSend(IAsyncResult)"/>
    public int EndSend(IAsyncResult asyncResult, out SocketError errorCode) => End(asyncResult, out errorCode);

    /// <inheritdoc cref="Socket.BeginReceive(byte[], int, int, SocketFlags, AsyncCallback, object)"/>
    public IAsyncResult BeginReceive(
        byte[] buffer, int offset, int size, SocketFlags socketFlags, AsyncCallback? callback, object? state) =>
        TaskToAsyncResult.Begin(ReceiveAsync(RangeOf(buffer, offset, size), socketFlags).AsTask(), callback, state);

    /// <inheritdoc cref="Socket.BeginReceive(byte[], int, int, SocketFlags, out SocketError, AsyncCallback, object)"/>
    public IAsyncResult? BeginReceive(
        byte[] buffer,
        int offset,
        int size,
        SocketFlags socketFlags,
        out SocketError errorCode,
        AsyncCallback? callback,
        object? state) =>
        Begin(ReceiveAsync(RangeOf(buffer, offset, size), socketFlags).AsTask(), out errorCode, callback, state);

    /// <inheritdoc cref="Socket.BeginReceive(IList{ArraySegment{byte}}, SocketFlags, AsyncCallback, object)"/>
    public IAsyncResult BeginReceive(
        IList<ArraySegment<byte>> buffers, SocketFlags socketFlags, AsyncCallback? callback, object? state) =>
        TaskToAsyncResult.Begin(ReceiveAsync(buffers, socketFlags), callback, state);

    /// <inheritdoc cref="Socket.BeginReceive(IList{ArraySegment{byte}}, SocketFlags, out SocketError, AsyncCallback, object)"/>
    public IAsyncResult? BeginReceive(
        IList<ArraySegment<byte>> buffers,
        SocketFlags socketFlags,
        out SocketError errorCode,
        AsyncCallback? callback,
        object? state) =>
        Begin(ReceiveAsync(buffers, socketFlags), out errorCode, callback, state);

    /// <summary>The outcome of BeginReceive: bytes received.</summary>
    /// <inheritdoc cref="Receive(Span{byte}, SocketFlags)"/>
    public int EndReceive(IAsyncResult asyncResult) => TaskToAsyncResult.End<int>(asyncResult);

    /// <inheritdoc cref="EndReceive(IAsyncResult)"/>
    public int EndReceive(IAsyncResult asyncResult, out SocketError errorCode) => End(asyncResult, out errorCode);

    /// <inheritdoc cref="Socket.BeginSendFile(string, AsyncCallback, object)"/>
    public IAsyncResult BeginSendFile(string? fileName, AsyncCallback? callback, object? state) =>
        BeginSendFile(fileName, null, null, TransmitFileOptions.UseDefaultWorkerThread, callback, state);

    /// <inheritdoc cref="Socket.BeginSendFile(string, byte[], byte[], TransmitFileOptions, AsyncCallback, object)"/>
    public IAsyncResult BeginSendFile(
        string? fileName,
        byte[]? preBuffer,
        byte[]? postBuffer,
        TransmitFileOptions flags,
        AsyncCallback? callback,
        object? state) =>
        TaskToAsyncResult.Begin(SendFileAsync(fileName, preBuffer, postBuffer, flags).AsTask(), callback, state);

    /// <summary>The outcome of BeginSendFile.</summary>
    /// <inheritdoc cref="SendFile(string)"/>
    public void EndSendFile(IAsyncResult asyncResult) => TaskToAsyncResult.End(asyncResult);

    /// <inheritdoc cref="Socket.BeginSendTo(byte[], int, int, SocketFlags, EndPoint, AsyncCallback, object)"/>
    public IAsyncResult BeginSendTo(
        byte[] buffer,
        int offset,
        int size,
        SocketFlags socketFlags,
        EndPoint remoteEP,
        AsyncCallback? callback,
        object? state) =>
        TaskToAsyncResult.Begin(
            ForDatagrams.SendToAsync(RangeOf(buffer, offset, size), socketFlags, remoteEP).AsTask(), callback, state);

    /// <inheritdoc cref="Socket.EndSendTo(IAsyncResult)"/>
    public int EndSendTo(IAsyncResult asyncResult) => TaskToAsyncResult.End<int>(asyncResult);

    /// <inheritdoc cref="Socket.BeginReceiveFrom(byte[], int, int, SocketFlags, ref EndPoint, AsyncCallback, object)"/>
    public IAsyncResult BeginReceiveFrom(
        byte[] buffer,
        int offset,
        int size,
        SocketFlags socketFlags,
        ref EndPoint remoteEP,
        AsyncCallback? callback,
        object? state) =>
        TaskToAsyncResult.Begin(
            ForDatagrams.ReceiveFromAsync(RangeOf(buffer, offset, size), socketFlags, remoteEP).AsTask(), callback, state);

    /// <inheritdoc cref="Socket.EndReceiveFrom(IAsyncResult, ref EndPoint)"/>
    public int EndReceiveFrom(IAsyncResult asyncResult, ref EndPoint endPoint)
    {
        SocketReceiveFromResult result = TaskToAsyncResult.End<SocketReceiveFromResult>(asyncResult);
        endPoint = result.RemoteEndPoint;
        return result.ReceivedBytes;
    }

    /// <inheritdoc cref="Socket.BeginReceiveMessageFrom(byte[], int, int, SocketFlags, ref EndPoint, AsyncCallback, object)"/>
    public IAsyncResult BeginReceiveMessageFrom(
        byte[] buffer,
        int offset,
        int size,
        SocketFlags socketFlags,
        ref EndPoint remoteEP,
        AsyncCallback? callback,
        object? state) =>
        TaskToAsyncResult.Begin(
            ForDatagrams.ReceiveMessageFromAsync(RangeOf(buffer, offset, size), socketFlags, remoteEP).AsTask(),
            callback,
            state);

    /// <inheritdoc cref="Socket.EndReceiveMessageFrom(IAsyncResult, ref SocketFlags, ref EndPoint, out IPPacketInformation)"/>
    public int EndReceiveMessageFrom(
        IAsyncResult asyncResult,
        ref SocketFlags socketFlags,
        ref EndPoint endPoint,
        out IPPacketInformation ipPacketInformation)
    {
        SocketReceiveMessageFromResult result = TaskToAsyncResult.End<SocketReceiveMessageFromResult>(asyncResult);
        (socketFlags, endPoint) = (result.SocketFlags, result.RemoteEndPoint);
        ipPacketInformation = result.PacketInformation;
        return result.ReceivedBytes;
    }

    private static Memory<byte> RangeOf(byte[] buffer, int offset, int size)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        return buffer.AsMemory(offset, size);
    }

    /// <summary>Null where it has failed already, with the error.</summary>
    private static IAsyncResult? Begin(
        Task<int> task, out SocketError errorCode, AsyncCallback? callback, object? state)
    {
        errorCode = task.IsFaulted || task.IsCanceled ? ErrorOf(task) : SocketError.Success;
        return errorCode == SocketError.Success ? TaskToAsyncResult.Begin(task, callback, state) : null;
    }

    private static int End(IAsyncResult asyncResult, out SocketError errorCode)
    {
        Task<int> task = TaskToAsyncResult.Unwrap<int>(asyncResult);
        ((IAsyncResult)task).AsyncWaitHandle.WaitOne();
        errorCode = ErrorOf(task);
        return task.IsCompletedSuccessfully ? task.Result : 0;
    }

    private static SocketError ErrorOf(Task task) => task switch
    {
        { IsCompletedSuccessfully: true } => SocketError.Success,
        { IsCanceled: true } => SocketError.OperationAborted,
        _ => task.Exception!.InnerException switch
        {
            SocketException exception => exception.SocketErrorCode,
            ObjectDisposedException => SocketError.OperationAborted,
            _ => SocketError.SocketError,
        },
    };
}
