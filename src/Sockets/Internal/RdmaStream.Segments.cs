using System.Buffers;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace FastSockets.Internal;

internal sealed partial class RdmaStream
{
    /// <summary>A list of so many bytes leaves as one message: the copy costs less than the messages saved.</summary>
    private const int SmallList = 2048;

    /// <inheritdoc cref="TrySend(ReadOnlySpan{byte}, SocketFlags, out SocketError)"/>
    public int TrySend(IList<ArraySegment<byte>> buffers, SocketFlags flags, out SocketError error)
    {
        long total = Total(buffers);
        if (total <= SmallList)
        {
            Span<byte> gathered = stackalloc byte[(int)total];
            Gather(buffers, gathered);
            return TrySend(gathered, flags, out error);
        }

        int sent = 0;
        error = SocketError.Success;
        foreach (ArraySegment<byte> buffer in buffers)
        {
            int count = TrySend(buffer.AsSpan(), flags, out error);
            sent += count;
            if (error != SocketError.Success || count < buffer.Count)
                break;
        }
        if (error == SocketError.WouldBlock && sent > 0)
            error = SocketError.Success;
        return sent;
    }

    /// <inheritdoc cref="TryReceive(Span{byte}, SocketFlags, out SocketError)"/>
    public int TryReceive(IList<ArraySegment<byte>> buffers, SocketFlags flags, out SocketError error)
    {
        if (flags == SocketFlags.Peek)
        {
            // Rare, so simple.
            byte[] peeked = new byte[Total(buffers)];
            int count = TryReceive(peeked, flags, out error);
            Scatter(peeked.AsSpan(0, count), buffers);
            return count;
        }

        int first = FirstNotEmpty(buffers);
        int received = TryReceive(buffers[first].AsSpan(), flags, out error);
        return error == SocketError.Success ? received + FillRest(buffers, first, received) : 0;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<int> SendAsync(IList<ArraySegment<byte>> buffers, SocketFlags flags)
    {
        long total = Total(buffers);
        if (total <= SmallList)
        {
            byte[] gathered = ArrayPool<byte>.Shared.Rent((int)total);
            try
            {
                Gather(buffers, gathered);
                Memory<byte> message = gathered.AsMemory(0, (int)total);
                return await SendAsync(message, flags, CancellationToken.None).ConfigureAwait(false);
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(gathered);
            }
        }

        int sent = 0;
        foreach (ArraySegment<byte> buffer in buffers)
            sent += await SendAsync(buffer, flags, CancellationToken.None).ConfigureAwait(false);
        return sent;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<int> ReceiveAsync(IList<ArraySegment<byte>> buffers, SocketFlags flags)
    {
        if (flags == SocketFlags.Peek)
        {
            byte[] peeked = new byte[Total(buffers)];
            int count = await ReceiveAsync(peeked, flags, CancellationToken.None).ConfigureAwait(false);
            Scatter(peeked.AsSpan(0, count), buffers);
            return count;
        }

        int first = FirstNotEmpty(buffers);
        int received = await ReceiveAsync(buffers[first], flags, CancellationToken.None).ConfigureAwait(false);
        return received + FillRest(buffers, first, received);
    }

    /// <summary>
    /// After the first buffer got <paramref name="received"/> bytes: if that filled it, the others get what else is there.
    /// </summary>
    private int FillRest(IList<ArraySegment<byte>> buffers, int first, int received)
    {
        int more = 0;
        int last = received;
        for (int i = first; last == buffers[i].Count && ++i < buffers.Count; more += last)
        {
            // Only where data is for certain: an error would be lost, and it is the next receive's to tell.
            if (connection.Available == 0)
                break;
            last = Math.Max(0, connection.TryReceive(buffers[i]));
        }
        return more;
    }

    private static long Total(IList<ArraySegment<byte>> buffers)
    {
        long total = 0;
        foreach (ArraySegment<byte> buffer in buffers)
            total += buffer.Count;
        return total;
    }

    /// <summary>The first buffer that a receive can fill; any of them when all are empty.</summary>
    private static int FirstNotEmpty(IList<ArraySegment<byte>> buffers)
    {
        int first = 0;
        while (first < buffers.Count - 1 && buffers[first].Count == 0)
            first++;
        return first;
    }

    private static void Gather(IList<ArraySegment<byte>> buffers, Span<byte> into)
    {
        foreach (ArraySegment<byte> buffer in buffers)
        {
            buffer.AsSpan().CopyTo(into);
            into = into[buffer.Count..];
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
}
