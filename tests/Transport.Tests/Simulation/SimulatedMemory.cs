using FastSockets.Transport.Memory;

namespace FastSockets.Transport.Tests.Simulation;

/// <summary>Memory of the applications: a part of a pool's chunk, used once, so that what is written later can be seen; or an array.</summary>
internal sealed class SimulatedMemory : IDisposable
{
    private readonly PoolChunk _chunk = new(1 << 20);
    private int _used;

    /// <summary>Pool memory while there is some.</summary>
    public Memory<byte> Rent(int length, bool fromPool)
    {
        if (!fromPool || _used + length > _chunk.Length)
            return new byte[length];

        // Buffers need not begin at any round address.
        var memory = new NativeBytes(_chunk.Address + _used, length).Memory;
        _used += length;
        return memory;
    }

    public void Dispose() => _chunk.Dispose();
}
