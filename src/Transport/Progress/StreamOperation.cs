using System.Net.Sockets;
using FastSockets.Transport.Protocol;

namespace FastSockets.Transport.Progress;

/// <summary>A receive or a send that waits, with the caller's memory: pinned by a blocking caller, or kept alive by reference.</summary>
internal sealed unsafe class StreamOperation(Connection connection, bool isSend) : Operation
{
    private byte* _pinned;
    private int _length;
    private Memory<byte> _memory;

    public bool IsSend => isSend;

    /// <summary>Bytes done so far, the ones sent before the wait began not counted for a blocking caller.</summary>
    public int Done { get; private set; }

    public ReadOnlySpan<byte> Rest => Buffer[Done..];

    private Span<byte> Buffer => _pinned is null ? _memory.Span : new Span<byte>(_pinned, _length);

    public void Begin(byte* pinned, int length)
    {
        _pinned = pinned;
        _length = length;
        Done = 0;
    }

    public void Begin(Memory<byte> memory, int done)
    {
        _pinned = null;
        _memory = memory;
        Done = done;
    }

    public void Advance(int count) => Done += count;

    /// <summary>Copies what fits into the caller's buffer.</summary>
    public int Fill(ReadOnlySpan<byte> data)
    {
        int count = Math.Min(data.Length, Buffer.Length);
        data[..count].CopyTo(Buffer);
        return count;
    }

    protected override void OnCancelled() => connection.Cancel(this, SocketError.OperationAborted);

    protected override void OnIdle()
    {
        _memory = default;
        connection.Keep(this);
    }
}
