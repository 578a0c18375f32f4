using System.Runtime.InteropServices;
using FastSockets.Transport.Memory;

namespace FastSockets.Transport.Fabric;

/// <summary>Registered native memory in slabs of one size, which grows by chunks and never moves.</summary>
internal sealed unsafe class SlabMemory : IDisposable
{
    public const int SlabsPerChunk = 1 << ChunkShift;

    private const int ChunkShift = 6;
    private const int PageSize = 4096;

    private readonly IFabricDevice _device;
    private Chunk[] _chunks = [];

    private readonly record struct Chunk(nint Address, IRegisteredMemory Region, uint Key, Memory<byte> Memory);

    public SlabMemory(IFabricDevice device, int slabSize)
    {
        _device = device;
        SlabSize = slabSize;
    }

    public int SlabSize { get; }

    public int Count => _chunks.Length << ChunkShift;

    /// <summary>Adds a chunk; the new slabs are the last <see cref="SlabsPerChunk"/>. Calls come one at a time.</summary>
    public void Grow()
    {
        nuint bytes = (nuint)SlabSize << ChunkShift;
        void* memory = NativeMemory.AlignedAlloc(bytes, PageSize);
        try
        {
            IRegisteredMemory region = _device.Register((nint)memory, (int)bytes, RegisteredFor.LocalUse);
            // Readers see either array: slabs are only named after the growth that made them.
            Volatile.Write(ref _chunks, [.. _chunks, new Chunk((nint)memory, region, region.LocalKey, new NativeBytes((nint)memory, (int)bytes).Memory)]);
        }
        catch
        {
            NativeMemory.AlignedFree(memory);
            throw;
        }
    }

    public nint Address(int slab) => _chunks[slab >> ChunkShift].Address + (slab & (SlabsPerChunk - 1)) * SlabSize;

    public uint Key(int slab) => _chunks[slab >> ChunkShift].Key;

    public Span<byte> Span(int slab, int offset, int length) => new((byte*)Address(slab) + offset, length);

    public Memory<byte> Memory(int slab, int offset, int length) =>
        _chunks[slab >> ChunkShift].Memory.Slice(((slab & (SlabsPerChunk - 1)) * SlabSize) + offset, length);

    /// <summary>Deregisters and frees. No work request may name a slab any more.</summary>
    public void Dispose()
    {
        foreach (Chunk chunk in _chunks)
        {
            chunk.Region.Dispose();
            NativeMemory.AlignedFree((void*)chunk.Address);
        }

        _chunks = [];
    }
}
