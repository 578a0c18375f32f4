namespace FastSockets.Transport.Protocol;

/// <summary>Received bytes in a reader's hands, until it gives them back.</summary>
/// <param name="Memory">The bytes.</param>
/// <param name="Slab">The slab that they arrived in; -1 for a copy.</param>
/// <param name="Copy">The copy's array, of the shared pool; null for a slab.</param>
internal readonly record struct ReceivedPiece(ReadOnlyMemory<byte> Memory, int Slab, byte[]? Copy);
