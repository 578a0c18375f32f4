namespace FastSockets.Transport.Protocol;

/// <summary>
/// Names a connection at one end of a link: its index in that end's table, and the generation of that index, which tells
/// a late control message for an index used before.
/// </summary>
internal readonly record struct ConnectionId(uint Value)
{
    public const int MaxIndex = (1 << Immediate.IndexBits) - 1;

    public ConnectionId(uint index, uint generation) : this(index | (generation << Immediate.IndexBits)) { }

    public uint Index => Value & MaxIndex;

    public uint Generation => Value >> Immediate.IndexBits;
}
