namespace FastSockets.Perf;

internal static class ConnectionExtensions
{
    /// <summary>Fills the buffer; false when the stream ends before its first byte.</summary>
    public static bool TryFill(this IConnection connection, Span<byte> buffer)
    {
        int filled = 0;
        while (filled < buffer.Length)
        {
            int got = connection.Receive(buffer[filled..]);
            if (got == 0)
                return filled == 0 ? false : throw new EndOfStreamException();
            filled += got;
        }
        return true;
    }

    public static void Fill(this IConnection connection, Span<byte> buffer)
    {
        if (!connection.TryFill(buffer))
            throw new EndOfStreamException();
    }
}
