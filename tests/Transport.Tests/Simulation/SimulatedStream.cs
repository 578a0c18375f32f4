using System.Net.Sockets;

namespace FastSockets.Transport.Tests.Simulation;

/// <summary>
/// One end of a connection in the application's hands: at most one send and one receive wait at a time. What is sent is a
/// function of the stream and the offset, so that every byte received can be checked.
/// </summary>
internal sealed class SimulatedStream(Connection connection, int outgoing, int incoming, Random random)
{
    private const byte Canary = 0xA5;

    private readonly List<byte[]> _returned = [];
    private ValueTask<int>? _send;
    private ValueTask<int>? _receive;
    private CancellationTokenSource? _receiveCancellation;
    private byte[] _sendBuffer = [];
    private byte[] _receiveBuffer = [];

    public Connection Connection => connection;

    public long Sent { get; private set; }

    public long Received { get; private set; }

    public bool SawEnd { get; private set; }

    public bool HasShut { get; private set; }

    public bool IsClosed { get; private set; }

    public bool Failed { get; private set; }

    public void Send()
    {
        if (_send is not null || HasShut || IsClosed || Failed)
            return;

        _sendBuffer = new byte[random.Next(4) switch { 0 => 1, 1 => random.Next(1, 64), 2 => random.Next(1, 2000), _ => random.Next(1, 9000) }];
        for (int i = 0; i < _sendBuffer.Length; i++)
            _sendBuffer[i] = Pattern(outgoing, Sent + i);

        _send = connection.SendAsync(_sendBuffer);
        Observe();
    }

    public void Receive()
    {
        if (_receive is not null || SawEnd || IsClosed || Failed)
            return;

        _receiveBuffer = new byte[random.Next(3) switch { 0 => 1, 1 => random.Next(1, 100), _ => random.Next(1, 6000) }];
        _receiveCancellation = new CancellationTokenSource();
        _receive = connection.ReceiveAsync(_receiveBuffer, _receiveCancellation.Token);
        Observe();
    }

    /// <summary>Gives up a receive that waits. Whatever arrives later must not touch its buffer.</summary>
    public void CancelReceive() => _receiveCancellation?.Cancel();

    public void Shut()
    {
        if (HasShut || IsClosed || Failed || _send is not null)
            return;

        try
        {
            connection.ShutdownSend();
            HasShut = true;
        }
        catch (SocketException)
        {
            // Reset, and nothing was waiting to be told.
            Failed = true;
        }
    }

    public void Close(bool abort)
    {
        if (IsClosed)
            return;

        IsClosed = true;
        if (abort)
            connection.Abort();
        else
            connection.Dispose();
    }

    /// <summary>Takes what has completed.</summary>
    public void Observe()
    {
        if (_send is { IsCompleted: true } send)
        {
            _send = null;
            if (send.IsCompletedSuccessfully)
            {
                Assert.Equal(_sendBuffer.Length, send.Result);
                Sent += _sendBuffer.Length;
                // The application's again: whatever it does now must not reach the peer.
                _sendBuffer.AsSpan().Fill(Canary);
            }
            else
                Fail(send);
        }

        if (_receive is { IsCompleted: true } receive)
        {
            _receive = null;
            if (receive.IsCompletedSuccessfully)
            {
                int count = receive.Result;
                SawEnd = count == 0;
                for (int i = 0; i < count; i++)
                {
                    if (_receiveBuffer[i] != Pattern(incoming, Received + i))
                        throw new InvalidOperationException($"byte {Received + i} of the stream is wrong");
                }

                Received += count;
                _receiveBuffer.AsSpan().Fill(Canary);
                _returned.Add(_receiveBuffer);
            }
            else if (receive.IsCanceled)
            {
                Assert.Throws<OperationCanceledException>(() => receive.GetAwaiter().GetResult());
                _receiveBuffer.AsSpan().Fill(Canary);
                _returned.Add(_receiveBuffer);
            }
            else
                Fail(receive);
        }
    }

    /// <summary>No buffer that was given back has been written since.</summary>
    public void CheckReturnedMemory()
    {
        foreach (byte[] buffer in _returned)
        {
            if (buffer.AsSpan().ContainsAnyExcept(Canary))
                throw new InvalidOperationException("memory of the application was written");
        }
    }

    public override string ToString() =>
        $"sent {Sent}{(_send is null ? "" : "+")} received {Received}{(_receive is null ? "" : "?")} end {SawEnd} shut {HasShut} " +
        $"closed {IsClosed} failed {Failed}";

    private void Fail(ValueTask<int> task)
    {
        Failed = true;
        Assert.ThrowsAny<Exception>(() => task.GetAwaiter().GetResult());
    }

    private static byte Pattern(int stream, long offset) => (byte)((offset * 31) ^ (offset >> 8) ^ (stream * 101));
}
