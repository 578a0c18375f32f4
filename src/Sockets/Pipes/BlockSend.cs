using System.Buffers;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace FastSockets.Pipes;

/// <summary>
/// A send that is under way, and the block that it sends from: it alone may give that back, as soon as the device has done with it.
/// Used again for another send, so that none allocates.
/// </summary>
internal sealed class BlockSend
{
    private readonly RegisteredPipeWriter _writer;
    private readonly Action _end;
    private ConfiguredValueTaskAwaitable<int>.ConfiguredValueTaskAwaiter _awaiter;
    private IMemoryOwner<byte>? _block;

    public BlockSend(RegisteredPipeWriter writer)
    {
        _writer = writer;
        _end = End;
    }

    /// <summary>Follows a send to its end.</summary>
    public void Begin(ValueTask<int> send, IMemoryOwner<byte> block)
    {
        _block = block;
        // A copy is called, for the send may end, and clear the field, meanwhile.
        ConfiguredValueTaskAwaitable<int>.ConfiguredValueTaskAwaiter awaiter = send.ConfigureAwait(false).GetAwaiter();
        _awaiter = awaiter;
        awaiter.UnsafeOnCompleted(_end);
    }

    private void End()
    {
        SocketError error = SocketError.Success;
        try
        {
            _awaiter.GetResult();
        }
        catch (SocketException e)
        {
            error = e.SocketErrorCode;
        }

        _awaiter = default;
        _block!.Dispose();
        _block = null;
        _writer.OnEnded(this, error);
    }
}
