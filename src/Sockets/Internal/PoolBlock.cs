using System.Buffers;

namespace FastSockets.Internal;

/// <summary>One buffer of a <see cref="FastMemoryPool"/>: it never moves, so pinning it is free.</summary>
internal sealed unsafe class PoolBlock(FastMemoryPool pool, nint address, int length) : MemoryManager<byte>
{
    public int Length => length;

    /// <summary>The pool's own.</summary>
    public bool IsRented { get; set; }

    public override Span<byte> GetSpan() => new((void*)address, length);

    public override MemoryHandle Pin(int elementIndex = 0)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)elementIndex, (uint)length);
        return new MemoryHandle((byte*)address + elementIndex);
    }

    public override void Unpin()
    {
    }

    protected override void Dispose(bool disposing) => pool.Return(this);
}
