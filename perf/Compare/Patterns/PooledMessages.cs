using System.Diagnostics.CodeAnalysis;

namespace FastSockets.Perf;

/// <summary>
/// Messages from and to memory that the device knows. Several calls are under way at once: a send from such memory ends when
/// the peer has it, and a receive can only be written into by the peer that was told of it before.
/// </summary>
[SuppressMessage("Reliability", "CA2012", Justification = "Each is awaited, once, in the order of the calls.")]
internal static class PooledMessages
{
    public const int UnderWay = 4;

    public static async Task SendAsync(IConnection connection, ReadOnlyMemory<byte> message, long count)
    {
        var sends = new Queue<ValueTask<int>>(UnderWay);
        for (long i = 0; i < count; i++)
        {
            if (sends.Count == UnderWay)
                await sends.Dequeue().ConfigureAwait(false);
            sends.Enqueue(connection.SendAsync(message));
        }
        while (sends.TryDequeue(out var send))
            await send.ConfigureAwait(false);
    }

    /// <summary>Receives so many bytes into the parts of a buffer in turn.</summary>
    public static async Task ReceiveAsync(IConnection connection, Memory<byte> buffer, long left)
    {
        int part = buffer.Length / UnderWay;
        var receives = new Queue<ValueTask<int>>(UnderWay);
        var lengths = new Queue<int>(UnderWay);
        // A receive may bring less than it asks for: all that are under way together never ask for more than is to come.
        long unasked = left;
        for (int next = 0; left > 0;)
        {
            while (unasked > 0 && receives.Count < UnderWay)
            {
                int length = (int)Math.Min(part, unasked);
                lengths.Enqueue(length);
                receives.Enqueue(connection.ReceiveAsync(buffer.Slice(next * part, length)));
                unasked -= length;
                next = (next + 1) % UnderWay;
            }
            int got = await receives.Dequeue().ConfigureAwait(false);
            if (got == 0)
                throw new EndOfStreamException();
            left -= got;
            unasked += lengths.Dequeue() - got;
        }
    }
}
