using System.Buffers;
using System.Net.Sockets;
using FastSockets.Internal;
using Microsoft.Win32.SafeHandles;

namespace FastSockets;

public sealed partial class FastSocket
{
    /// <summary>Registered memory that a file passes through on its way to an RDMA device.</summary>
    private const int FileChunk = 256 * 1024;

    /// <inheritdoc cref="SendFile(string, ReadOnlySpan{byte}, ReadOnlySpan{byte}, TransmitFileOptions)"/>
    public void SendFile(string? fileName) =>
        SendFile(fileName, default, default, TransmitFileOptions.UseDefaultWorkerThread);

    /// <inheritdoc cref="SendFile(string, ReadOnlySpan{byte}, ReadOnlySpan{byte}, TransmitFileOptions)"/>
    public void SendFile(string? fileName, byte[]? preBuffer, byte[]? postBuffer, TransmitFileOptions flags) =>
        SendFile(fileName, preBuffer.AsSpan(), postBuffer.AsSpan(), flags);

    /// <summary>
    /// Sends a file between two buffers. TCP's goes out by sendfile(2); over RDMA it is read into registered memory,
    /// which the device sends as it is, and a non-blocking socket waits, too.
    /// </summary>
    /// <param name="fileName">Null: no file, only the buffers.</param>
    /// <param name="preBuffer">Sent before the file.</param>
    /// <param name="postBuffer">Sent after it.</param>
    /// <param name="flags">Only UseDefaultWorkerThread, as with a Socket on Linux.</param>
    /// <exception cref="NotSupportedException">The socket is not connected.</exception>
    /// <exception cref="PlatformNotSupportedException">Any other flag.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="SocketException">As for <see cref="Send(ReadOnlySpan{byte}, SocketFlags)"/>.</exception>
    /// <exception cref="ObjectDisposedException">The socket was closed.</exception>
    public void SendFile(
        string? fileName, ReadOnlySpan<byte> preBuffer, ReadOnlySpan<byte> postBuffer, TransmitFileOptions flags)
    {
        ThrowIfDisposed();
        if (_rdma is not { } rdma)
        {
            Tcp.SendFile(fileName, preBuffer, postBuffer, flags);
            return;
        }

        if (!Connected)
            throw new NotSupportedException("The socket is not connected.");
        ThrowIfNotDefault(flags);
        using SafeFileHandle? file = Open(fileName, FileOptions.SequentialScan);
        if (!preBuffer.IsEmpty)
            rdma.SendAll(preBuffer);
        if (file is not null)
        {
            using IMemoryOwner<byte> chunk = FastMemoryPool.Shared.Rent(FileChunk);
            Span<byte> buffer = chunk.Memory.Span;
            for (long sent = 0; RandomAccess.Read(file, buffer, sent) is > 0 and int read; sent += read)
                rdma.SendAll(buffer[..read]);
        }
        if (!postBuffer.IsEmpty)
            rdma.SendAll(postBuffer);
    }

    /// <inheritdoc cref="SendFileAsync(string, ReadOnlyMemory{byte}, ReadOnlyMemory{byte}, TransmitFileOptions, CancellationToken)"/>
    public ValueTask SendFileAsync(string? fileName, CancellationToken cancellationToken = default) =>
        SendFileAsync(fileName, default, default, TransmitFileOptions.UseDefaultWorkerThread, cancellationToken);

    /// <inheritdoc cref="SendFile(string, ReadOnlySpan{byte}, ReadOnlySpan{byte}, TransmitFileOptions)"/>
    /// <param name="fileName">Null: no file, only the buffers.</param>
    /// <param name="preBuffer">Sent before the file; must stay unchanged until completion.</param>
    /// <param name="postBuffer">Sent after it; must stay unchanged until completion.</param>
    /// <param name="flags">Only <see cref="TransmitFileOptions.UseDefaultWorkerThread"/>.</param>
    /// <param name="cancellationToken">Ends it; some of the bytes may have been sent.</param>
    public ValueTask SendFileAsync(
        string? fileName,
        ReadOnlyMemory<byte> preBuffer,
        ReadOnlyMemory<byte> postBuffer,
        TransmitFileOptions flags,
        CancellationToken cancellationToken = default)
    {
        ThrowIfDisposed();
        if (_rdma is not { } rdma)
            return Tcp.SendFileAsync(fileName, preBuffer, postBuffer, flags, cancellationToken);
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled(cancellationToken);
        if (!Connected)
            throw new NotSupportedException("The socket is not connected.");
        ThrowIfNotDefault(flags);
        return SendFileAsync(
            rdma, Open(fileName, FileOptions.Asynchronous | FileOptions.SequentialScan), preBuffer, postBuffer,
            cancellationToken);
    }

    private static async ValueTask SendFileAsync(
        RdmaStream rdma,
        SafeFileHandle? opened,
        ReadOnlyMemory<byte> preBuffer,
        ReadOnlyMemory<byte> postBuffer,
        CancellationToken cancellation)
    {
        using SafeFileHandle? file = opened;
        if (!preBuffer.IsEmpty)
            await rdma.SendAsync(preBuffer, SocketFlags.None, cancellation).ConfigureAwait(false);
        if (file is not null)
        {
            using IMemoryOwner<byte> chunk = FastMemoryPool.Shared.Rent(FileChunk);
            Memory<byte> buffer = chunk.Memory;
            long sent = 0;
            int read;
            while ((read = await RandomAccess.ReadAsync(file, buffer, sent, cancellation).ConfigureAwait(false)) > 0)
                sent += await rdma.SendAsync(buffer[..read], SocketFlags.None, cancellation).ConfigureAwait(false);
        }
        if (!postBuffer.IsEmpty)
            await rdma.SendAsync(postBuffer, SocketFlags.None, cancellation).ConfigureAwait(false);
    }

    private static SafeFileHandle? Open(string? fileName, FileOptions options) => string.IsNullOrEmpty(fileName)
        ? null
        : File.OpenHandle(fileName, FileMode.Open, FileAccess.Read, FileShare.Read, options);

    private static void ThrowIfNotDefault(TransmitFileOptions flags)
    {
        if (flags != TransmitFileOptions.UseDefaultWorkerThread)
            throw new PlatformNotSupportedException($"Linux has no {flags}.");
    }
}
