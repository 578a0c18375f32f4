using System.Buffers;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace FastSockets.Internal;

/// <summary>
/// Lists of buffers. Each goes through one buffer, as one send or one receive: no other call comes between its parts.
/// </summary>
internal sealed partial class RdmaStream
{
    /// <summary>A list of so many bytes is gathered on the stack.</summary>
    private const int SmallList = 2048;

    /// <summary>What a receive, or a send that does not wait, takes of a longer list.</summary>
    private const int MostAtOnce = 1024 * 1024;

    /// <inheritdoc cref="TrySend(ReadOnlySpan{byte}, SocketFlags, out SocketError)"/>
    public int TrySend(IList<ArraySegment<byte>> buffers, SocketFlags flags, out SocketError error)
    {
        if (buffers.Count == 1)
            return TrySend(buffers[0], flags, out error);

        bool isBlocking = settings.Blocking;
        int total = Total(buffers, isBlocking ? Array.MaxLength : MostAtOnce);
        byte[]? rented = total > SmallList ? ArrayPool<byte>.Shared.Rent(total) : null;
        Span<byte> gathered = rented ?? stackalloc byte[SmallList];
        try
        {
            Gather(buffers, gathered[..total]);
            return TrySend(gathered[..total], flags, isBlocking, out error);
        }
        finally
        {
            Return(rented);
        }
    }

    /// <inheritdoc cref="TryReceive(Span{byte}, SocketFlags, out SocketError)"/>
    public int TryReceive(IList<ArraySegment<byte>> buffers, SocketFlags flags, out SocketError error)
    {
        if (buffers.Count == 1)
            return TryReceive(buffers[0], flags, out error);

        int total = Total(buffers, MostAtOnce);
        byte[] joined = ArrayPool<byte>.Shared.Rent(total);
        try
        {
            int received = TryReceive(joined.AsSpan(0, total), flags, out error);
            Scatter(joined.AsSpan(0, received), buffers);
            return received;
        }
        finally
        {
            Return(joined);
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<int> SendAsync(IList<ArraySegment<byte>> buffers, SocketFlags flags)
    {
        if (buffers.Count == 1)
            return await SendAsync(buffers[0], flags, CancellationToken.None).ConfigureAwait(false);

        int total = Total(buffers, Array.MaxLength);
        byte[] gathered = ArrayPool<byte>.Shared.Rent(total);
        try
        {
            Gather(buffers, gathered.AsSpan(0, total));
            Memory<byte> message = gathered.AsMemory(0, total);
            return await SendAsync(message, flags, CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            Return(gathered);
        }
    }

    /// <param name="buffers">Not to change while this lasts: it is filled at the end.</param>
    /// <param name="flags">As for one buffer.</param>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<int> ReceiveAsync(IList<ArraySegment<byte>> buffers, SocketFlags flags)
    {
        if (buffers.Count == 1)
            return await ReceiveAsync(buffers[0], flags, CancellationToken.None).ConfigureAwait(false);

        int total = Total(buffers, MostAtOnce);
        byte[] joined = ArrayPool<byte>.Shared.Rent(total);
        try
        {
            Memory<byte> into = joined.AsMemory(0, total);
            int received = await ReceiveAsync(into, flags, CancellationToken.None).ConfigureAwait(false);
            Scatter(joined.AsSpan(0, received), buffers);
            return received;
        }
        finally
        {
            Return(joined);
        }
    }

    private static int Total(IList<ArraySegment<byte>> buffers, int most)
    {
        long total = 0;
        foreach (ArraySegment<byte> buffer in buffers)
            total += buffer.Count;
        return (int)Math.Min(total, most);
    }

    private static void Gather(IList<ArraySegment<byte>> buffers, Span<byte> into)
    {
        foreach (ArraySegment<byte> buffer in buffers)
        {
            int count = Math.Min(buffer.Count, into.Length);
            buffer.AsSpan(0, count).CopyTo(into);
            into = into[count..];
        }
    }

    private static void Scatter(ReadOnlySpan<byte> data, IList<ArraySegment<byte>> buffers)
    {
        foreach (ArraySegment<byte> buffer in buffers)
        {
            int count = Math.Min(data.Length, buffer.Count);
            data[..count].CopyTo(buffer);
            data = data[count..];
        }
    }

    private static void Return(byte[]? rented)
    {
        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented);
    }
}
