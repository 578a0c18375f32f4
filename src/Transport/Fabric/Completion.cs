namespace FastSockets.Transport.Fabric;

/// <summary>One completion. Of a failed one only <see cref="Id"/>, <see cref="Status"/> and <see cref="QueuePair"/> mean anything.</summary>
internal struct Completion
{
    /// <summary>The high bit of <see cref="Id"/> tells a send from a receive, since a failed completion has no opcode.</summary>
    public const ulong SendBit = 1UL << 63;

    public ulong Id;

    /// <summary>0 for success, else the device's status (of verbs: ibv_wc_status).</summary>
    public int Status;

    public uint QueuePair;

    /// <summary>Bytes received.</summary>
    public int Length;

    public uint Immediate;

    public bool HasImmediate;

    /// <summary>What arrived was written into lent memory: the slab is as it was.</summary>
    public bool IsWrite;

    public readonly bool IsSend => (Id & SendBit) != 0;
}
