using System.Buffers;
using System.Net.Sockets;

namespace FastSockets.Transport.Progress;

/// <summary>A receive or a send that waits, with the caller's memory: pinned by a blocking caller, or kept alive by reference.</summary>
internal abstract unsafe class StreamOperation(Connection connection) : Operation
{
    private byte* _pinned;
    private int _length;
    private Memory<byte> _memory;
    private MemoryHandle _pin;

    public int Length => _pinned is null ? _memory.Length : _length;

    protected Connection Connection => connection;

    protected Span<byte> Buffer => _pinned is null ? _memory.Span : new Span<byte>(_pinned, _length);

    /// <summary>The outcome, kept while a device still has a claim on the memory.</summary>
    protected int Result { get; set; }

    protected SocketError Error { get; set; }

    public virtual void Begin(byte* pinned, int length)
    {
        _pinned = pinned;
        _length = length;
    }

    public virtual void Begin(Memory<byte> memory)
    {
        _pinned = null;
        _memory = memory;
    }

    /// <summary>Where the memory is, and stays until the operation has settled.</summary>
    public nint Pin()
    {
        if (_pinned is not null)
            return (nint)_pinned;

        _pin = _memory.Pin();
        return (nint)_pin.Pointer;
    }

    /// <summary>It was prepared, but never began.</summary>
    public void GiveUp()
    {
        OnSettled();
        OnIdle();
    }

    protected override void OnCancelled() => connection.Cancel(this, SocketError.OperationAborted);

    protected override void OnSettled()
    {
        _pin.Dispose();
        _pin = default;
    }

    protected override void OnIdle() => _memory = default;
}
