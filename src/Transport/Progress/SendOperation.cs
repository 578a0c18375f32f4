using System.Net.Sockets;
using FastSockets.Transport.Fabric;
using FastSockets.Transport.Protocol;

namespace FastSockets.Transport.Progress;

/// <summary>
/// A send that waits. From registered memory its bytes are posted as they are: then it is not over before the device has done with them.
/// </summary>
internal sealed unsafe class SendOperation(Connection connection) : StreamOperation(connection), ISendOwner
{
    private IRegisteredMemory? _ownRegion;
    private nint _address;
    private int _outstanding;
    private bool _isEnding;

    /// <summary>Bytes sent so far, those sent before the wait began not counted for a blocking caller.</summary>
    public int Done { get; private set; }

    /// <summary>Who is told of its end, and goes on meanwhile: it is to go out even if the connection is closed.</summary>
    public IPipelinedSend? Pipelined { get; set; }

    public bool IsPipelined => Pipelined is not null;

    bool ISendOwner.IsAwaited => !IsPipelined;

    /// <summary>The memory can be posted as it is.</summary>
    public bool IsRegistered { get; private set; }

    public uint Key { get; private set; }

    public nint RestAddress => _address + Done;

    public int RestLength => Length - Done;

    public ReadOnlySpan<byte> Rest => Buffer[Done..];

    public override void Begin(byte* pinned, int length)
    {
        base.Begin(pinned, length);
        Reset(0);
    }

    public void Begin(Memory<byte> memory, int done)
    {
        Begin(memory);
        Reset(done);
    }

    /// <summary>The memory is registered under this key; <paramref name="ownRegion"/> for this operation only.</summary>
    public void Use(nint address, uint key, IRegisteredMemory? ownRegion)
    {
        _address = address;
        _ownRegion = ownRegion;
        Key = key;
        IsRegistered = true;
    }

    public void Advance(int count) => Done += count;

    /// <summary>A request that reads the memory was posted.</summary>
    public void Posted(int count)
    {
        _outstanding++;
        Done += count;
    }

    void ISendOwner.OnSendDone(bool succeeded)
    {
        if (!succeeded && Error == SocketError.Success)
            Error = SocketError.ConnectionReset;

        if (--_outstanding == 0 && _isEnding)
            Conclude();
    }

    /// <summary>Nothing more is posted of it: it completes now, or when the device has done with what was.</summary>
    public void End(SocketError error)
    {
        _isEnding = true;
        if (error != SocketError.Success)
            Error = error;

        if (_outstanding == 0)
            Conclude();
    }

    private void Conclude()
    {
        if (Pipelined is not { } pipelined)
        {
            Complete(Done, Error);
            return;
        }

        // From GiveUp on it may be another send already.
        SocketError error = Error;
        GiveUp();
        pipelined.OnSent(error);
        Connection.OnPipelinedSent();
    }

    protected override void OnSettled()
    {
        _ownRegion?.Dispose();
        _ownRegion = null;
        base.OnSettled();
    }

    protected override void OnIdle()
    {
        base.OnIdle();
        Connection.Keep(this);
    }

    private void Reset(int done)
    {
        Done = done;
        Error = SocketError.Success;
        IsRegistered = false;
        Pipelined = null;
        _isEnding = false;
    }
}
