using FastSockets.Transport.Memory;

namespace FastSockets.Internal;

/// <summary>One buffer of a <see cref="FastMemoryPool"/>.</summary>
internal sealed class PoolBlock(FastMemoryPool pool, nint address, int length) : NativeBytes(address, length)
{
    /// <summary>The pool's own.</summary>
    public bool IsRented { get; set; }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        pool.Return(this);
    }
}
