namespace FastSockets.Transport.Fabric;

/// <summary>Registered slabs in which a device's links stage what they send. Thread safe.</summary>
internal sealed class SendSlabs : IDisposable
{
    private readonly Lock _lock = new();
    private readonly SlabMemory _memory;
    private readonly int[] _free;
    private int _freeCount;

    public SendSlabs(IFabricDevice device, int slabSize, int limit)
    {
        _memory = new SlabMemory(device, slabSize);
        // Whole chunks, at least one.
        _free = new int[Math.Max(1, limit / SlabMemory.SlabsPerChunk) * SlabMemory.SlabsPerChunk];
    }

    public int SlabSize => _memory.SlabSize;

    /// <summary>Slabs there may be.</summary>
    public int Capacity => _free.Length;

    /// <summary>Slabs that can be had now.</summary>
    public int Available
    {
        get
        {
            lock (_lock)
                return _freeCount + _free.Length - _memory.Count;
        }
    }

    /// <summary>Takes a slab, unless no more than <paramref name="leave"/> could be had.</summary>
    public bool TryRent(int leave, out int slab)
    {
        lock (_lock)
        {
            if (Available <= leave)
            {
                slab = -1;
                return false;
            }

            if (_freeCount == 0)
            {
                int first = _memory.Count;
                _memory.Grow();
                for (int added = _memory.Count - 1; added >= first; added--)
                    _free[_freeCount++] = added;
            }

            // Last in, first out: the slab most likely in cache.
            slab = _free[--_freeCount];
            return true;
        }
    }

    public void Return(int slab)
    {
        lock (_lock)
            _free[_freeCount++] = slab;
    }

    public nint Address(int slab) => _memory.Address(slab);

    public uint Key(int slab) => _memory.Key(slab);

    public Span<byte> Span(int slab, int offset, int length) => _memory.Span(slab, offset, length);

    public void Dispose() => _memory.Dispose();
}
