namespace FastSockets.Transport.Protocol;

/// <summary>
/// The 32 bits that ride beside a payload: the connection's index at the receiver (20 bits), whether the payload went into a
/// posted receive (1 bit), and 11 bits that mean: of a data message the low bits of the sender's cumulative count of link
/// credits granted; of the last write into a posted receive, how many whole chunks were written before it.
/// </summary>
internal readonly record struct Immediate(uint Value)
{
    public const int IndexBits = 20;
    public const int CreditBits = 11;
    public const uint CreditMask = (1 << CreditBits) - 1;

    /// <summary>Chunks that may come before the last of one delivery.</summary>
    public const int MaxChunks = (int)CreditMask;

    private const uint DirectBit = 1 << CreditBits;

    public Immediate(uint index, uint credits) : this((index << (32 - IndexBits)) | (credits & CreditMask)) { }

    public uint Index => Value >> (32 - IndexBits);

    public uint Credits => Value & CreditMask;

    public bool IsDirect => (Value & DirectBit) != 0;

    public int Chunks => (int)(Value & CreditMask);

    /// <summary>Of the last write into a posted receive.</summary>
    public static Immediate Direct(uint index, int chunks) => new((index << (32 - IndexBits)) | DirectBit | (uint)chunks);
}
