using System.Net;
using System.Runtime.CompilerServices;

namespace RdmaSharp;

/// <summary>
/// The 128-bit global identifier of a port: <c>union ibv_gid</c>. On RoCE it is an IPv6 or IPv4-mapped address.
/// </summary>
[InlineArray(16)]
public struct Gid : IEquatable<Gid>
{
    private byte _first;

    /// <summary>True if all bytes are 0, as in an unused table entry.</summary>
    public readonly bool IsEmpty => !((ReadOnlySpan<byte>)this).ContainsAnyExcept((byte)0);

    /// <summary>The GID of a RoCE port with this address.</summary>
    /// <param name="address">An IPv4 or IPv6 address.</param>
    public static Gid FromAddress(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        Gid gid = default;
        address.MapToIPv6().TryWriteBytes(gid, out _);
        return gid;
    }

    /// <summary>The IP address that a RoCE GID stands for.</summary>
    public readonly IPAddress ToAddress()
    {
        var address = new IPAddress((ReadOnlySpan<byte>)this);
        return address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
    }

    /// <inheritdoc/>
    public readonly bool Equals(Gid other) => ((ReadOnlySpan<byte>)this).SequenceEqual(other);

    /// <inheritdoc/>
    public override readonly bool Equals(object? obj) => obj is Gid other && Equals(other);

    /// <inheritdoc/>
    public override readonly int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(this);
        return hash.ToHashCode();
    }

    /// <summary>The bytes in the notation of IPv6.</summary>
    public override readonly string ToString() => new IPAddress((ReadOnlySpan<byte>)this).ToString();

    /// <summary>Bytewise equality.</summary>
    public static bool operator ==(Gid left, Gid right) => left.Equals(right);

    /// <summary>Bytewise inequality.</summary>
    public static bool operator !=(Gid left, Gid right) => !left.Equals(right);
}
