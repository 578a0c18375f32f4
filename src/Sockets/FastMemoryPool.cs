using System.Buffers;
using System.Numerics;
using FastSockets.Internal;
using FastSockets.Transport.Memory;

namespace FastSockets;

/// <summary>
/// Native memory that RDMA devices register once, when they first use it: sends from it are posted as they are, and large receives
/// into it are written by the peer's device, with no copy. Over TCP, and where nothing can be registered (a locked-memory limit), it
/// is ordinary memory. Thread safe.
/// </summary>
/// <remarks>
/// Registered memory is pinned: it counts against the locked-memory limit (<c>ulimit -l</c>) from the first use on, by chunks of 1 MiB or
/// the size of a larger buffer. Chunks are kept for the life of the pool.
/// </remarks>
public sealed class FastMemoryPool : MemoryPool<byte>
{
    private const int MinSize = 4096;
    private const int MaxSize = 64 * 1024 * 1024;
    private const int ChunkSize = 1024 * 1024;

    private readonly Lock _lock = new();
    private readonly List<PoolChunk> _chunks = [];

    // One for each power of two from MinSize to MaxSize.
    private readonly Stack<PoolBlock>[] _free;
    private int _rented;
    private bool _isDisposed;

    /// <summary>Makes a pool of its own; most programs use <see cref="Shared"/>.</summary>
    public FastMemoryPool()
    {
        _free = new Stack<PoolBlock>[ClassOf(MaxSize) + 1];
        for (int i = 0; i < _free.Length; i++)
            _free[i] = new Stack<PoolBlock>();
    }

    /// <summary>The process's pool. Disposing it does nothing.</summary>
    public static new FastMemoryPool Shared { get; } = new();

    /// <summary>64 MiB.</summary>
    public override int MaxBufferSize => MaxSize;

    /// <summary>
    /// Rents memory: a power of two of bytes, 4096 at least. Its contents are whatever was there before. Dispose the owner to give it
    /// back, once, and not while an operation on it is under way. No allocation in steady state.
    /// </summary>
    /// <param name="minBufferSize">The least size in bytes; -1 for the default, 4096.</param>
    /// <exception cref="ArgumentOutOfRangeException">More than <see cref="MaxBufferSize"/>, or negative.</exception>
    /// <exception cref="ObjectDisposedException">The pool was disposed.</exception>
    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        if (minBufferSize == -1)
            minBufferSize = MinSize;

        ArgumentOutOfRangeException.ThrowIfNegative(minBufferSize);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, MaxSize);
        int size = ClassOf(minBufferSize);
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (_free[size].Count == 0)
                Grow(size);

            _rented++;
            PoolBlock block = _free[size].Pop();
            block.IsRented = true;
            return block;
        }
    }

    internal void Return(PoolBlock block)
    {
        lock (_lock)
        {
            if (!block.IsRented)
                return;

            block.IsRented = false;
            _free[ClassOf(block.Length)].Push(block);
            if (--_rented == 0 && _isDisposed)
                // Deregistering is a system call for each chunk, and a pipe's blocks come back under a link's lock.
                ThreadPool.UnsafeQueueUserWorkItem(static pool => pool.FreeLate(), this, preferLocal: false);
        }
    }

    /// <summary>Frees the pool's memory; what is rented still, when it is given back.</summary>
    /// <param name="disposing">Always true.</param>
    protected override void Dispose(bool disposing)
    {
        if (ReferenceEquals(this, Shared))
            return;

        lock (_lock)
        {
            _isDisposed = true;
            if (_rented == 0)
                Free();
        }
    }

    private static int ClassOf(int size) => BitOperations.Log2(BitOperations.RoundUpToPowerOf2((uint)Math.Max(size, MinSize)) / MinSize);

    private void Grow(int size)
    {
        int length = MinSize << size;
        var chunk = new PoolChunk(Math.Max(ChunkSize, length));
        _chunks.Add(chunk);
        // The first of the chunk is taken first.
        for (int offset = chunk.Length - length; offset >= 0; offset -= length)
            _free[size].Push(new PoolBlock(this, chunk.Address + offset, length));
    }

    private void FreeLate()
    {
        // A second Dispose may be at the same.
        lock (_lock)
            Free();
    }

    private void Free()
    {
        foreach (PoolChunk chunk in _chunks)
            chunk.Dispose();

        _chunks.Clear();
    }
}
