using System.Net.Sockets;

namespace FastSockets;

// The forms that take a FastSocketAsyncEventArgs. True: it goes on, and Completed will be raised; false: it is over.
public sealed partial class FastSocket
{
    /// <inheritdoc cref="Socket.AcceptAsync(SocketAsyncEventArgs)"/>
    /// <exception cref="PlatformNotSupportedException">There is a buffer; Linux does not receive there.</exception>
    public bool AcceptAsync(FastSocketAsyncEventArgs e)
    {
        ArgumentNullException.ThrowIfNull(e);
        ThrowIfDisposed();
        ThrowIfList(e);
        if (e.HasBuffer)
            throw new PlatformNotSupportedException("Accepting does not receive; call ReceiveAsync.");
        return e.Run(SocketAsyncOperation.Accept, this, static (socket, e) =>
        {
            return WaitAsync(socket.AcceptAsync(e.AcceptSocket, CancellationToken.None), e);

            static async ValueTask<int> WaitAsync(ValueTask<FastSocket> accepting, FastSocketAsyncEventArgs e)
            {
                e.AcceptSocket = await accepting.ConfigureAwait(false);
                return 0;
            }
        });
    }

    /// <summary>Connects to e.RemoteEndPoint, and sends the buffer if there is one.</summary>
    /// <inheritdoc cref="Socket.ConnectAsync(SocketAsyncEventArgs)"/>
    public bool ConnectAsync(FastSocketAsyncEventArgs e) => ConnectAsync(e, isOurs: false);

    /// <summary>Makes a socket for e.RemoteEndPoint's family and connects it: e.ConnectSocket.</summary>
    /// <inheritdoc cref="Socket.ConnectAsync(SocketType, ProtocolType, SocketAsyncEventArgs)"/>
    public static bool ConnectAsync(SocketType socketType, ProtocolType protocolType, FastSocketAsyncEventArgs e)
    {
        ArgumentNullException.ThrowIfNull(e);
        ThrowIfList(e);
        if (e.RemoteEndPoint is null)
            throw new ArgumentException("There is no RemoteEndPoint.", nameof(e));
        FastSocket socket = e.RemoteEndPoint.AddressFamily == AddressFamily.Unspecified
            ? new FastSocket(socketType, protocolType)
            : new FastSocket(e.RemoteEndPoint.AddressFamily, socketType, protocolType);
        try
        {
            return socket.ConnectAsync(e, isOurs: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <param name="e">With the end point.</param>
    /// <param name="isOurs">Nobody else has this socket: it is closed if it does not connect.</param>
    private bool ConnectAsync(FastSocketAsyncEventArgs e, bool isOurs)
    {
        ArgumentNullException.ThrowIfNull(e);
        ThrowIfDisposed();
        ThrowIfList(e);
        if (e.RemoteEndPoint is null)
            throw new ArgumentNullException(nameof(e), "There is no RemoteEndPoint.");
        if (_listening)
            throw new InvalidOperationException("The socket listens.");
        return e.Run(SocketAsyncOperation.Connect, this, (socket, e) =>
        {
            return WaitAsync(socket.ConnectAsync(e.RemoteEndPoint!, e.BeginConnect()));

            async ValueTask<int> WaitAsync(ValueTask connecting)
            {
                try
                {
                    await connecting.ConfigureAwait(false);
                    return e.Count > 0 ? await socket.SendAsync(e.Range).ConfigureAwait(false) : 0;
                }
                catch when (isOurs)
                {
                    socket.Dispose();
                    throw;
                }
            }
        });
    }

    private static void ThrowIfList(FastSocketAsyncEventArgs e)
    {
        if (e.BufferList is not null)
            throw new ArgumentException("This takes one buffer, not a list.", nameof(e));
    }

    /// <summary>Ends a connect that is under way: it completes with OperationAborted.</summary>
    /// <param name="e">What it was begun with.</param>
    public static void CancelConnectAsync(FastSocketAsyncEventArgs e)
    {
        ArgumentNullException.ThrowIfNull(e);
        e.Cancel();
    }

    /// <inheritdoc cref="Socket.DisconnectAsync(SocketAsyncEventArgs)"/>
    public bool DisconnectAsync(FastSocketAsyncEventArgs e)
    {
        ArgumentNullException.ThrowIfNull(e);
        ThrowIfDisposed();
        return e.Run(SocketAsyncOperation.Disconnect, this, static (socket, e) =>
        {
            return WaitAsync(socket.DisconnectAsync(e.DisconnectReuseSocket));

            static async ValueTask<int> WaitAsync(ValueTask disconnecting)
            {
                await disconnecting.ConfigureAwait(false);
                return 0;
            }
        });
    }

    /// <summary>Sends the buffer or the list of buffers.</summary>
    /// <inheritdoc cref="Socket.SendAsync(SocketAsyncEventArgs)"/>
    public bool SendAsync(FastSocketAsyncEventArgs e)
    {
        ArgumentNullException.ThrowIfNull(e);
        ThrowIfDisposed();
        return e.Run(SocketAsyncOperation.Send, this, static (socket, e) => e.Buffers switch
        {
            null => socket.SendAsync(e.Range, e.SocketFlags, CancellationToken.None),
            var buffers when socket._rdma is { } rdma => rdma.SendAsync(buffers, e.SocketFlags),
            var buffers => new ValueTask<int>(socket.SendAsync(buffers, e.SocketFlags)),
        });
    }

    /// <summary>Receives into the buffer or the list; without either it waits for something to receive.</summary>
    /// <inheritdoc cref="Socket.ReceiveAsync(SocketAsyncEventArgs)"/>
    public bool ReceiveAsync(FastSocketAsyncEventArgs e)
    {
        ArgumentNullException.ThrowIfNull(e);
        ThrowIfDisposed();
        return e.Run(SocketAsyncOperation.Receive, this, static (socket, e) => e.Buffers switch
        {
            null => socket.ReceiveAsync(e.Range, e.SocketFlags, CancellationToken.None),
            var buffers when socket._rdma is { } rdma => rdma.ReceiveAsync(buffers, e.SocketFlags),
            var buffers => new ValueTask<int>(socket.ReceiveAsync(buffers, e.SocketFlags)),
        });
    }

    /// <summary>Sends e.SendPacketsElements, in order: buffers and files.</summary>
    /// <inheritdoc cref="Socket.SendPacketsAsync(SocketAsyncEventArgs)"/>
    /// <exception cref="PlatformNotSupportedException">A flag is set.</exception>
    public bool SendPacketsAsync(FastSocketAsyncEventArgs e)
    {
        ArgumentNullException.ThrowIfNull(e);
        ThrowIfDisposed();
        if (e.SendPacketsElements is null)
            throw new ArgumentException("There are no SendPacketsElements.", nameof(e));
        if (!Connected)
            throw new NotSupportedException("The socket is not connected.");
        ThrowIfNotDefault(e.SendPacketsFlags);
        return e.Run(
            SocketAsyncOperation.SendPackets,
            this,
            static (socket, e) => socket.SendPacketsAsync(e.SendPacketsElements!));
    }

    /// <inheritdoc cref="Socket.SendToAsync(SocketAsyncEventArgs)"/>
    /// <exception cref="NotSupportedException">Connected by RDMA.</exception>
    public bool SendToAsync(FastSocketAsyncEventArgs e)
    {
        ArgumentNullException.ThrowIfNull(e);
        return e.Run(
            SocketAsyncOperation.SendTo, this, static (socket, e) => e.RunByKernel(socket.ForDatagrams.SendToAsync));
    }

    /// <inheritdoc cref="Socket.ReceiveFromAsync(SocketAsyncEventArgs)"/>
    /// <exception cref="NotSupportedException">Connected by RDMA.</exception>
    public bool ReceiveFromAsync(FastSocketAsyncEventArgs e)
    {
        ArgumentNullException.ThrowIfNull(e);
        return e.Run(
            SocketAsyncOperation.ReceiveFrom,
            this,
            static (socket, e) => e.RunByKernel(socket.ForDatagrams.ReceiveFromAsync));
    }

    /// <inheritdoc cref="Socket.ReceiveMessageFromAsync(SocketAsyncEventArgs)"/>
    /// <exception cref="NotSupportedException">Connected by RDMA.</exception>
    public bool ReceiveMessageFromAsync(FastSocketAsyncEventArgs e)
    {
        ArgumentNullException.ThrowIfNull(e);
        return e.Run(
            SocketAsyncOperation.ReceiveMessageFrom,
            this,
            static (socket, e) => e.RunByKernel(socket.ForDatagrams.ReceiveMessageFromAsync));
    }

    private ValueTask<int> SendPacketsAsync(SendPacketsElement[] elements)
    {
        // As with Socket, what cannot be opened is told before anything is sent.
        FileStream?[] files = new FileStream?[elements.Length];
        try
        {
            for (int i = 0; i < elements.Length; i++)
            {
                if (elements[i]?.FilePath is { } path)
                    files[i] = File.OpenRead(path);
            }
        }
        catch
        {
            Array.ForEach(files, file => file?.Dispose());
            throw;
        }
        return SendAllAsync();

        async ValueTask<int> SendAllAsync()
        {
            int sent = 0;
            try
            {
                for (int i = 0; i < elements.Length; i++)
                {
                    if (elements[i] is not { } element)
                        continue;
                    sent += element.MemoryBuffer is { } memory
                        ? await SendAsync(memory, SocketFlags.None).ConfigureAwait(false)
                        : await SendFromAsync((files[i] ?? element.FileStream)!, element).ConfigureAwait(false);
                }
                return sent;
            }
            finally
            {
                Array.ForEach(files, file => file?.Dispose());
            }
        }
    }

    private async ValueTask<int> SendFromAsync(FileStream file, SendPacketsElement element)
    {
        using System.Buffers.IMemoryOwner<byte> chunk = FastMemoryPool.Shared.Rent(FileChunk);
        long offset = element.OffsetLong;
        long end = element.Count > 0 ? offset + element.Count : long.MaxValue;
        int sent = 0;
        while (offset < end)
        {
            Memory<byte> buffer = chunk.Memory[..(int)Math.Min(FileChunk, end - offset)];
            int read = await RandomAccess.ReadAsync(file.SafeFileHandle, buffer, offset).ConfigureAwait(false);
            if (read == 0)
                break;
            sent += await SendAsync(buffer[..read], SocketFlags.None).ConfigureAwait(false);
            offset += read;
        }
        return sent;
    }
}
