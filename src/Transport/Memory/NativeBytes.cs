using System.Buffers;

namespace FastSockets.Transport.Memory;

/// <summary>Native memory as Memory. It never moves, so pinning it is free; whoever made it frees it.</summary>
internal unsafe class NativeBytes(nint address, int length) : MemoryManager<byte>
{
    public int Length => length;

    public override Span<byte> GetSpan() => new((void*)address, length);

    public override MemoryHandle Pin(int elementIndex = 0)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)elementIndex, (uint)length);
        return new MemoryHandle((byte*)address + elementIndex);
    }

    public override void Unpin()
    {
    }

    protected override void Dispose(bool disposing)
    {
    }
}
