using System.Buffers;

namespace FastSockets.Pipes;

/// <summary>A block larger than the pool has any, as a <see cref="System.IO.Pipelines.Pipe"/> gives it: an array, sent as any other memory is.</summary>
internal sealed class PlainBlock(int length) : IMemoryOwner<byte>
{
    public Memory<byte> Memory { get; } = new byte[length];

    public void Dispose()
    {
    }
}
