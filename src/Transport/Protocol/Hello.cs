using System.Buffers.Binary;

namespace FastSockets.Transport.Protocol;

/// <summary>
/// What both ends say in the private data of the RDMA CM's request and reply: how to talk on this link, and the first
/// connection's OPEN or ACCEPTED. 32 bytes, little-endian; a request of RDMA_PS_TCP has room for 56 (rdma_connect(3)).
/// </summary>
/// <param name="SlabSize">The largest message that this end receives, in bytes.</param>
/// <param name="Credits">Link credits granted to the peer from the start.</param>
/// <param name="SourcePort">The initiator's port, for the acceptor's RemoteEndPoint; 0 in a reply.</param>
/// <param name="Process">A random number that names this end's process.</param>
/// <param name="Connection">The id of the first connection at this end.</param>
/// <param name="Window">Bytes that this end is ready to hold for the first connection.</param>
internal readonly record struct Hello(
    uint SlabSize, ushort Credits, ushort SourcePort, ulong Process, ConnectionId Connection, uint Window)
{
    public const int Size = 32;
    public const byte Version = 1;

    /// <summary>A link's slabs must at least take a control message.</summary>
    public const int MinSlabSize = 1024;

    private const uint Magic = 0x54_4B_53_46; // "FSKT"
    private const int RejectSize = 8;
    private const ushort LinkAlone = 1;

    /// <summary>The link comes without a first connection: the fields about one say nothing. A reply repeats the request's.</summary>
    public bool IsLinkAlone { get; init; }

    public void Write(Span<byte> destination)
    {
        WritePrefix(destination, IsLinkAlone ? LinkAlone : (ushort)0);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[8..], SlabSize);
        BinaryPrimitives.WriteUInt16LittleEndian(destination[12..], Credits);
        BinaryPrimitives.WriteUInt16LittleEndian(destination[14..], SourcePort);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[16..], Process);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[24..], Connection.Value);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[28..], Window);
    }

    /// <summary>Reads private data, which the CM may have padded with zeros.</summary>
    /// <param name="data">The private data as received.</param>
    /// <param name="hello">What it says, when the result is <see cref="RefuseReason.None"/>.</param>
    public static RefuseReason TryRead(ReadOnlySpan<byte> data, out Hello hello)
    {
        hello = default;
        if (data.Length < RejectSize || BinaryPrimitives.ReadUInt32LittleEndian(data) != Magic)
            return RefuseReason.NoListener;

        // Versions spoken are a range: the newest, and the oldest still spoken.
        if (data[4] < Version || data[5] > Version || data[5] > data[4])
            return RefuseReason.Version;

        if (data.Length < Size)
            return RefuseReason.Version;

        hello = new Hello(
            BinaryPrimitives.ReadUInt32LittleEndian(data[8..]),
            BinaryPrimitives.ReadUInt16LittleEndian(data[12..]),
            BinaryPrimitives.ReadUInt16LittleEndian(data[14..]),
            BinaryPrimitives.ReadUInt64LittleEndian(data[16..]),
            new ConnectionId(BinaryPrimitives.ReadUInt32LittleEndian(data[24..])),
            BinaryPrimitives.ReadUInt32LittleEndian(data[28..]))
        {
            IsLinkAlone = (BinaryPrimitives.ReadUInt16LittleEndian(data[6..]) & LinkAlone) != 0,
        };
        return hello.SlabSize >= MinSlabSize && hello.Credits is >= LinkCredits.MinGrant and <= LinkCredits.MaxGrant
            ? RefuseReason.None
            : RefuseReason.NoResources;
    }

    /// <summary>The private data of a rejection: whoever reads it learns that Fast Sockets answered, and why.</summary>
    public static byte[] Reject(RefuseReason reason)
    {
        byte[] data = new byte[RejectSize];
        WritePrefix(data, (ushort)reason);
        return data;
    }

    /// <summary>The reason in a rejection's private data; none when no Fast Sockets wrote it.</summary>
    public static RefuseReason ReadReject(ReadOnlySpan<byte> data) =>
        data.Length >= RejectSize && BinaryPrimitives.ReadUInt32LittleEndian(data) == Magic
            ? (RefuseReason)BinaryPrimitives.ReadUInt16LittleEndian(data[6..])
            : RefuseReason.None;

    private static void WritePrefix(Span<byte> destination, ushort small)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(destination, Magic);
        destination[4] = Version;
        destination[5] = Version;
        BinaryPrimitives.WriteUInt16LittleEndian(destination[6..], small);
    }
}
