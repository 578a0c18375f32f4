namespace FastSockets.Transport.Protocol;

/// <summary>What the next message of a connection carries, and where it goes.</summary>
/// <param name="Peer">The connection's id at the peer.</param>
/// <param name="Length">Bytes; all go or none.</param>
/// <param name="IsDirect">Into a posted receive, not a slab.</param>
/// <param name="IsLast">The last of its delivery, which tells the peer.</param>
/// <param name="Chunks">Whole chunks of the delivery written before.</param>
/// <param name="RemoteAddress">Where in the posted receive.</param>
/// <param name="RemoteKey">The posted receive's key.</param>
internal readonly record struct Parcel(
    ConnectionId Peer, int Length, bool IsDirect, bool IsLast, int Chunks, ulong RemoteAddress, uint RemoteKey);
