namespace FastSockets.Transport.Protocol;

/// <summary>
/// The 32 bits that ride beside the payload of a data message: the connection's index at the receiver (20 bits), a
/// reserved bit, and the low 11 bits of the sender's cumulative count of link credits granted.
/// </summary>
internal readonly record struct Immediate(uint Value)
{
    public const int IndexBits = 20;
    public const int CreditBits = 11;
    public const uint CreditMask = (1 << CreditBits) - 1;

    public Immediate(uint index, uint credits) : this((index << (32 - IndexBits)) | (credits & CreditMask)) { }

    public uint Index => Value >> (32 - IndexBits);

    public uint Credits => Value & CreditMask;

    /// <summary>The reserved bit is zero in this version.</summary>
    public bool IsValid => (Value & (1 << CreditBits)) == 0;
}
