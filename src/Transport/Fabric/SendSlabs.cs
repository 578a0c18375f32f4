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
        Capacity = _free.Length;
        // Now, so that a locked-memory limit that is too low keeps the device from being used at all, and breaks no link later.
        AddChunk();
    }

    public int SlabSize => _memory.SlabSize;

    /// <summary>Slabs there may be.</summary>
    public int Capacity { get; private set; }

    /// <summary>Slabs that can be had now.</summary>
    public int Available
    {
        get
        {
            lock (_lock)
                return _freeCount + Capacity - _memory.Count;
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

            if (_freeCount == 0 && !TryGrow())
            {
                slab = -1;
                return false;
            }

            // Last in, first out: the slab most likely in cache.
            slab = _free[--_freeCount];
            return true;
        }
    }

    /// <summary>What cannot be registered is done without: the pool stays as it is.</summary>
    private bool TryGrow()
    {
        try
        {
            AddChunk();
            return true;
        }
        catch (IOException)
        {
            Capacity = _memory.Count;
            return false;
        }
    }

    private void AddChunk()
    {
        int first = _memory.Count;
        _memory.Grow();
        for (int added = _memory.Count - 1; added >= first; added--)
            _free[_freeCount++] = added;
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
