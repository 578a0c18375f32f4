using System.Buffers.Binary;

namespace FastSockets.Perf;

/// <summary>A 64-bit number in the stream, ahead of what it counts.</summary>
internal static class PatternHeader
{
    public const int Size = sizeof(long);

    public static void SendCount(this IConnection connection, long count)
    {
        Span<byte> header = stackalloc byte[Size];
        BinaryPrimitives.WriteInt64LittleEndian(header, count);
        connection.Send(header);
    }

    /// <summary>The count, or null at the end of the stream.</summary>
    public static long? ReceiveCount(this IConnection connection)
    {
        Span<byte> header = stackalloc byte[Size];
        return connection.TryFill(header) ? BinaryPrimitives.ReadInt64LittleEndian(header) : null;
    }
}
