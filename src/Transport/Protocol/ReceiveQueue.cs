using System.Buffers;
using System.Numerics;
using FastSockets.Transport.Fabric;
using FastSockets.Transport.Memory;

namespace FastSockets.Transport.Protocol;

/// <summary>
/// The bytes of one connection that have arrived and were not asked for yet: first those spilled to pageable memory, then
/// those still in the slabs that the NIC filled. Holds no memory while empty.
/// </summary>
internal struct ReceiveQueue
{
    private byte[]? _spill;
    private int _spillStart;
    private int _spillLength;
    private int _firstSlab;
    private int _lastSlab;

    /// <summary>Bytes waiting.</summary>
    public int Length { get; private set; }

    /// <summary>The first bytes are in pageable memory.</summary>
    public readonly bool IsFirstSpilled => _spillLength > 0;

    /// <summary>Slabs that wait with their bytes.</summary>
    public int SlabCount { get; private set; }

    /// <summary>Keeps the slab's bytes where they are. The slab is this queue's until it is emptied.</summary>
    public void AppendSlab(ReceiveSlabs slabs, int slab, int offset, int length)
    {
        slabs[slab] = new ReceiveSlabs.Slot { Offset = offset, Length = length, Next = -1 };
        if (SlabCount++ == 0)
            _firstSlab = slab;
        else
            slabs[_lastSlab].Next = slab;

        _lastSlab = slab;
        Length += length;
    }

    /// <summary>The last slab may wait as long as it likes: another serves the peer in its place. False: the link can spare none.</summary>
    public readonly bool TryLendLast(Link link)
    {
        if (SlabCount == 0 || link.ReceiveSlabs[_lastSlab].IsLent || !link.TryLendHeldSlab())
            return false;

        link.ReceiveSlabs[_lastSlab].IsLent = true;
        return true;
    }

    /// <summary>Copies bytes behind all that waits: to pageable memory, or behind the bytes of the last slab if they fit.</summary>
    public bool TryAppendCopy(ReceiveSlabs slabs, ReadOnlySpan<byte> bytes)
    {
        if (SlabCount == 0)
        {
            AppendCopy(bytes);
            return true;
        }

        ref ReceiveSlabs.Slot last = ref slabs[_lastSlab];
        int end = last.Offset + last.Length;
        if (bytes.Length > slabs.SlabSize - end)
            return false;

        bytes.CopyTo(slabs.Span(_lastSlab, end, bytes.Length));
        last.Length += bytes.Length;
        Length += bytes.Length;
        return true;
    }

    private void AppendCopy(ReadOnlySpan<byte> bytes)
    {
        Reserve(bytes.Length);
        int end = (_spillStart + _spillLength) & (_spill!.Length - 1);
        int first = Math.Min(bytes.Length, _spill.Length - end);
        bytes[..first].CopyTo(_spill.AsSpan(end));
        bytes[first..].CopyTo(_spill);
        _spillLength += bytes.Length;
        Length += bytes.Length;
    }

    /// <summary>Moves all slabs' bytes to pageable memory, and says how many. The slabs emptied are given to <paramref name="link"/>.</summary>
    public int Spill(Link link)
    {
        int spilled = 0;
        while (SlabCount > 0)
        {
            ReceiveSlabs.Slot slot = link.ReceiveSlabs[_firstSlab];
            Length -= slot.Length;
            AppendCopy(link.ReceiveSlabs.Span(_firstSlab, slot.Offset, slot.Length));
            RemoveFirstSlab(link, slot.Next);
            spilled += slot.Length;
        }

        return spilled;
    }

    /// <summary>Copies to <paramref name="destination"/> and takes what was copied.</summary>
    /// <param name="link">The slabs emptied are given to it.</param>
    /// <param name="destination">Where to.</param>
    /// <param name="spilled">Of the bytes taken, those that came from pageable memory.</param>
    public int Take(Link link, Span<byte> destination, out int spilled)
    {
        int taken = spilled = TakeSpilled(destination);
        while (taken < destination.Length && SlabCount > 0)
        {
            ref ReceiveSlabs.Slot slot = ref link.ReceiveSlabs[_firstSlab];
            int count = Math.Min(slot.Length, destination.Length - taken);
            link.ReceiveSlabs.Span(_firstSlab, slot.Offset, count).CopyAtSpeedTo(destination[taken..]);
            taken += count;
            slot.Offset += count;
            slot.Length -= count;
            if (slot.Length == 0)
                RemoveFirstSlab(link, slot.Next);
        }

        Length -= taken;
        return taken;
    }

    /// <summary>Takes the first bytes as they are: in their slab if the link can spare it, else in an array of the shared pool.</summary>
    /// <returns>False when nothing waits.</returns>
    public bool TryTakePiece(Link link, out ReceivedPiece piece)
    {
        if (_spillLength > 0)
        {
            byte[] copy = ArrayPool<byte>.Shared.Rent(_spillLength);
            int count = TakeSpilled(copy);
            Length -= count;
            piece = new ReceivedPiece(copy.AsMemory(0, count), -1, copy);
            return true;
        }

        if (SlabCount == 0)
        {
            piece = default;
            return false;
        }

        int slab = _firstSlab;
        ReceiveSlabs.Slot slot = link.ReceiveSlabs[slab];
        Length -= slot.Length;
        if (slot.IsLent || link.TryLendHeldSlab())
        {
            _firstSlab = slot.Next;
            SlabCount--;
            piece = new ReceivedPiece(link.ReceiveSlabs.Memory(slab, slot.Offset, slot.Length), slab, null);
            return true;
        }

        byte[] array = ArrayPool<byte>.Shared.Rent(slot.Length);
        link.ReceiveSlabs.Span(slab, slot.Offset, slot.Length).CopyTo(array);
        piece = new ReceivedPiece(array.AsMemory(0, slot.Length), -1, array);
        RemoveFirstSlab(link, slot.Next);
        return true;
    }

    /// <summary>Copies without taking.</summary>
    public readonly int Peek(Link link, Span<byte> destination)
    {
        int copied = CopySpilled(destination);
        for (int slab = _firstSlab, left = SlabCount; left > 0 && copied < destination.Length; left--)
        {
            ReceiveSlabs.Slot slot = link.ReceiveSlabs[slab];
            int count = Math.Min(slot.Length, destination.Length - copied);
            link.ReceiveSlabs.Span(slab, slot.Offset, count).CopyAtSpeedTo(destination[copied..]);
            copied += count;
            slab = slot.Next;
        }

        return copied;
    }

    public void Clear(Link link)
    {
        while (SlabCount > 0)
            RemoveFirstSlab(link, link.ReceiveSlabs[_firstSlab].Next);

        ReleaseSpill();
        Length = 0;
    }

    private void RemoveFirstSlab(Link link, int next)
    {
        int slab = _firstSlab;
        _firstSlab = next;
        SlabCount--;
        if (link.ReceiveSlabs[slab].IsLent)
            link.ReceiveSlabs.TakeBack(slab);
        else
            link.ReleaseHeldSlab(slab);
    }

    private int TakeSpilled(Span<byte> destination)
    {
        int count = CopySpilled(destination);
        _spillLength -= count;
        if (_spillLength == 0)
            ReleaseSpill();
        else
            _spillStart = (_spillStart + count) & (_spill!.Length - 1);

        return count;
    }

    private readonly int CopySpilled(Span<byte> destination)
    {
        int count = Math.Min(_spillLength, destination.Length);
        if (count == 0)
            return 0;

        int first = Math.Min(count, _spill!.Length - _spillStart);
        _spill.AsSpan(_spillStart, first).CopyTo(destination);
        _spill.AsSpan(0, count - first).CopyTo(destination[first..]);
        return count;
    }

    /// <summary>Makes room in the ring, whose length is a power of two.</summary>
    private void Reserve(int more)
    {
        int needed = _spillLength + more;
        if (_spill is not null && needed <= _spill.Length)
            return;

        byte[] larger = ArrayPool<byte>.Shared.Rent((int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(needed, 1024)));
        if (_spill is not null)
        {
            CopySpilled(larger);
            ArrayPool<byte>.Shared.Return(_spill);
        }

        _spill = larger;
        _spillStart = 0;
    }

    private void ReleaseSpill()
    {
        if (_spill is not null)
            ArrayPool<byte>.Shared.Return(_spill);

        _spill = null;
        _spillStart = _spillLength = 0;
    }
}
