using System.Buffers.Binary;

namespace Rping;

/// <summary>
/// What the client sends about its memory: struct rping_rdma_info of rdma-core's rping.c, big-endian.
/// </summary>
internal readonly record struct BufferInfo(ulong Address, uint RemoteKey, uint Length)
{
    internal const int Size = 16;

    internal static BufferInfo Read(ReadOnlySpan<byte> message) => new(
        BinaryPrimitives.ReadUInt64BigEndian(message),
        BinaryPrimitives.ReadUInt32BigEndian(message[8..]),
        BinaryPrimitives.ReadUInt32BigEndian(message[12..]));

    internal void Write(Span<byte> message)
    {
        BinaryPrimitives.WriteUInt64BigEndian(message, Address);
        BinaryPrimitives.WriteUInt32BigEndian(message[8..], RemoteKey);
        BinaryPrimitives.WriteUInt32BigEndian(message[12..], Length);
    }
}
