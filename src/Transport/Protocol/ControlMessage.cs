using System.Buffers.Binary;

namespace FastSockets.Transport.Protocol;

/// <summary>What an entry of a control message says. docs/protocol.md has the layouts.</summary>
internal enum ControlKind : byte
{
    Open = 1,
    Accepted = 2,
    Refused = 3,
    Window = 4,
    Fin = 5,
    Reset = 6,
    Advert = 7,
    Revoke = 8,
    Revoked = 9,

    /// <summary>Eager bytes: as many as the entry says follow it.</summary>
    Data = 10,

    /// <summary>Credits given back; about the link, not about a connection.</summary>
    Return = 15,
}

/// <summary>Why opening was refused, or a connection or link was given up.</summary>
internal enum RefuseReason : ushort
{
    None = 0,
    NoListener = 1,
    BacklogFull = 2,
    NoResources = 3,
    Version = 4,
}

/// <summary>One entry: who it is for, and the few numbers that kinds carry.</summary>
internal readonly record struct ControlEntry(
    ControlKind Kind, ConnectionId Target, ushort Small = 0, ulong Large = 0, LentMemory Memory = default);

/// <summary>What an advert lends: as the peer's writes must name it.</summary>
internal readonly record struct LentMemory(ulong Address, uint Key, uint Length);

/// <summary>Layout of control messages, little-endian: an 8-byte header, then entries of 8, 16 or 32 bytes.</summary>
internal static class ControlMessage
{
    public const byte Version = 1;
    public const int HeaderSize = 8;
    public const int MaxEntrySize = 32;

    /// <summary>In a FIN's small number: its sender has closed the connection, and does not wait for the answer.</summary>
    public const ushort Closed = 1;

    private const int MiddleEntrySize = 16;

    /// <summary>Small enough to go inline on common devices.</summary>
    public const int MaxSize = 248;

    public static void WriteHeader(Span<byte> message, uint granted)
    {
        message[0] = Version;
        message[1] = 0;
        BinaryPrimitives.WriteUInt16LittleEndian(message[2..], (ushort)message.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(message[4..], granted);
    }

    public static bool TryReadHeader(ReadOnlySpan<byte> message, out uint granted)
    {
        granted = 0;
        if (message.Length < HeaderSize || message[0] != Version || message[1] != 0 ||
            BinaryPrimitives.ReadUInt16LittleEndian(message[2..]) != message.Length)
            return false;

        granted = BinaryPrimitives.ReadUInt32LittleEndian(message[4..]);
        return true;
    }

    /// <summary>Writes one entry and returns its size.</summary>
    public static int WriteEntry(Span<byte> destination, in ControlEntry entry)
    {
        int size = SizeOf(entry.Kind);
        destination[0] = (byte)entry.Kind;
        destination[1] = (byte)size;
        BinaryPrimitives.WriteUInt16LittleEndian(destination[2..], entry.Small);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[4..], entry.Target.Value);
        if (size >= MiddleEntrySize)
            BinaryPrimitives.WriteUInt64LittleEndian(destination[8..], entry.Large);

        if (size == MaxEntrySize)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(destination[16..], entry.Memory.Address);
            BinaryPrimitives.WriteUInt32LittleEndian(destination[24..], entry.Memory.Key);
            BinaryPrimitives.WriteUInt32LittleEndian(destination[28..], entry.Memory.Length);
        }

        return size;
    }

    /// <summary>Reads the entry at the front of <paramref name="rest"/> and moves past it. False: malformed.</summary>
    public static bool TryReadEntry(ref ReadOnlySpan<byte> rest, out ControlEntry entry)
    {
        entry = default;
        if (rest.Length < HeaderSize)
            return false;

        var kind = (ControlKind)rest[0];
        int size = SizeOf(kind);
        if (size == 0 || rest[1] != size || rest.Length < size)
            return false;

        entry = new ControlEntry(
            kind,
            new ConnectionId(BinaryPrimitives.ReadUInt32LittleEndian(rest[4..])),
            BinaryPrimitives.ReadUInt16LittleEndian(rest[2..]),
            size >= MiddleEntrySize ? BinaryPrimitives.ReadUInt64LittleEndian(rest[8..]) : 0,
            size == MaxEntrySize ? ReadMemory(rest) : default);
        rest = rest[size..];
        return true;
    }

    private static LentMemory ReadMemory(ReadOnlySpan<byte> entry) => new(
        BinaryPrimitives.ReadUInt64LittleEndian(entry[16..]),
        BinaryPrimitives.ReadUInt32LittleEndian(entry[24..]),
        BinaryPrimitives.ReadUInt32LittleEndian(entry[28..]));

    private static int SizeOf(ControlKind kind) => kind switch
    {
        ControlKind.Open or ControlKind.Accepted or ControlKind.Window or ControlKind.Fin => MiddleEntrySize,
        ControlKind.Advert => MaxEntrySize,
        ControlKind.Refused or ControlKind.Reset or ControlKind.Revoke or ControlKind.Revoked or ControlKind.Data or ControlKind.Return => HeaderSize,
        _ => 0,
    };
}
