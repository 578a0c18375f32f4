using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace RdmaSharp;

/// <summary>Converts between IPEndPoint and struct sockaddr_in or sockaddr_in6 of Linux.</summary>
internal static unsafe class NativeAddress
{
    /// <summary>sizeof(struct sockaddr_in6), the larger of the two.</summary>
    internal const int Size = 28;

    private const ushort FamilyIPv4 = 2;
    private const ushort FamilyIPv6 = 10;

    internal static void Write(IPEndPoint endPoint, byte* destination)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        bool isIPv6 = endPoint.AddressFamily == AddressFamily.InterNetworkV6;
        var address = new Span<byte>(destination, Size);
        address.Clear();
        *(ushort*)destination = isIPv6 ? FamilyIPv6 : FamilyIPv4;
        BinaryPrimitives.WriteUInt16BigEndian(address[2..], (ushort)endPoint.Port);
        endPoint.Address.TryWriteBytes(address[(isIPv6 ? 8 : 4)..], out _);
        if (isIPv6)
            *(uint*)(destination + 24) = (uint)endPoint.Address.ScopeId;
    }

    internal static IPEndPoint? Read(byte* source)
    {
        int port = BinaryPrimitives.ReadUInt16BigEndian(new ReadOnlySpan<byte>(source + 2, 2));
        return *(ushort*)source switch
        {
            FamilyIPv4 => new IPEndPoint(new IPAddress(new ReadOnlySpan<byte>(source + 4, 4)), port),
            FamilyIPv6 => new IPEndPoint(
                new IPAddress(new ReadOnlySpan<byte>(source + 8, 16), *(uint*)(source + 24)), port),
            _ => null,
        };
    }
}
