namespace FastSockets.Transport.Fabric;

/// <summary>
/// The slabs of a device's shared receive queue. A slab is either posted, or filled and then somebody's until it is
/// posted again. The sum of credits granted to peers never exceeds the slabs posted.
/// </summary>
internal sealed class ReceiveSlabs : IDisposable
{
    /// <summary>
    /// Slabs that may be lent at once, or one or two more: to pipe readers, and to connections whose readers keep up but are behind just
    /// now. Past that there are copies.
    /// </summary>
    private const int MaxLent = 512;

    private readonly Lock _growth = new();
    private readonly IFabricDevice _device;
    private readonly SlabMemory _memory;
    private readonly int _limit;
    private int _granted;
    private int _lent;
    // One array for each chunk of memory, so that growth never moves a slot that a link is writing.
    private Slot[][] _slots = [];

    /// <summary>What the owner of a filled slab keeps of it: unread bytes, and the next slab of its stream.</summary>
    internal struct Slot
    {
        public int Offset;
        public int Length;
        public int Next;

        /// <summary>Another slab serves the peer in its place: it is to be given back by <see cref="TakeBack"/>.</summary>
        public bool IsLent;
    }

    /// <param name="device">The device whose receive queue this is.</param>
    /// <param name="slabSize">Bytes of a slab.</param>
    /// <param name="limit">Slabs that the receive queue can hold.</param>
    public ReceiveSlabs(IFabricDevice device, int slabSize, int limit)
    {
        _device = device;
        _memory = new SlabMemory(device, slabSize);
        // Slabs come by the chunk, and never more than the queue holds.
        _limit = limit / SlabMemory.SlabsPerChunk * SlabMemory.SlabsPerChunk;
    }

    /// <summary>Slabs that there may be.</summary>
    public int Limit => _limit;

    public int SlabSize => _memory.SlabSize;

    /// <summary>Slabs there are.</summary>
    public int Count => _memory.Count;

    public ref Slot this[int slab] => ref _slots[slab / SlabMemory.SlabsPerChunk][slab % SlabMemory.SlabsPerChunk];

    /// <summary>Slabs granted to peers.</summary>
    public int Granted => Volatile.Read(ref _granted);

    /// <summary>Slabs there will be when so many more are granted.</summary>
    public int CountFor(int credits)
    {
        int chunks = (Granted + credits + SlabMemory.SlabsPerChunk - 1) / SlabMemory.SlabsPerChunk;
        return Math.Max(Count, chunks * SlabMemory.SlabsPerChunk);
    }

    /// <summary>Slabs in the hands of readers; they count as granted.</summary>
    public int Lent => Volatile.Read(ref _lent);

    /// <summary>Takes slabs for a link's credits, posting more where needed. False: the device's bound is reached.</summary>
    /// <param name="credits">How many.</param>
    /// <param name="leave">How many more there must be to be had, for others.</param>
    /// <exception cref="IOException">More memory cannot be registered.</exception>
    public bool TryGrant(int credits, int leave = 0)
    {
        lock (_growth)
        {
            if (_granted + credits + leave > _limit)
                return false;

            while (_memory.Count < _granted + credits)
            {
                int first = _memory.Count;
                _memory.Grow();
                Volatile.Write(ref _slots, [.. _slots, new Slot[SlabMemory.SlabsPerChunk]]);
                for (int slab = first; slab < _memory.Count; slab++)
                    Post(slab);
            }

            _granted += credits;
            return true;
        }
    }

    /// <summary>Gives back what <see cref="TryGrant"/> took: so many credits cannot be used any more, and their slabs are posted.</summary>
    public void Ungrant(int credits)
    {
        lock (_growth)
            _granted -= credits;
    }

    /// <summary>Few enough slabs are lent for another to be.</summary>
    public bool MayLend => Lent < MaxLent;

    /// <summary>A filled slab goes to a reader until <see cref="TakeBack"/>; a credit granted for it alone keeps another in its place.</summary>
    public void CountLent() => Interlocked.Increment(ref _lent);

    /// <summary>A lent slab is not needed any more.</summary>
    public void TakeBack(int slab)
    {
        Post(slab);
        Ungrant(1);
        Interlocked.Decrement(ref _lent);
    }

    /// <summary>The memory of a lent slab. Without allocation.</summary>
    public Memory<byte> Memory(int slab, int offset, int length) => _memory.Memory(slab, offset, length);

    public void Post(int slab) => _device.PostReceive((ulong)slab, _memory.Address(slab), SlabSize, _memory.Key(slab));

    public Span<byte> Span(int slab, int offset, int length) => _memory.Span(slab, offset, length);

    public void Dispose() => _memory.Dispose();
}
