using System.Net.Sockets;
using FastSockets.Transport.Protocol;

namespace FastSockets.Transport.Tests.Simulation;

/// <summary>
/// One end of a connection in the application's hands: one send and some receives may wait at a time. What is sent is a function
/// of the stream and the offset, so that every byte received can be checked.
/// </summary>
internal sealed class SimulatedStream(Connection connection, SimulatedHost host, int outgoing, int incoming, Random random)
{
    private const byte Canary = 0xA5;
    private const int MaxLength = 30_000;

    // A prime: no chunk or slab size divides it, so that bytes in the wrong place are wrong.
    private const int Period = 65_521;

    private static readonly byte[] s_pattern = NewPattern();

    private readonly List<Memory<byte>> _returned = [];
    private readonly Queue<PendingReceive> _receives = new();

    // Now and then more than may be posted at once.
    private readonly int _maxReceives = random.Next(6) == 0 ? 20 : 3;
    // Some read as pipes do, piece by piece.
    private readonly bool _takesPieces = random.Next(4) == 0;
    private readonly Queue<ReceivedPiece> _pieces = new();
    // Some send much in little messages. By its name, which leaves what random says to the others.
    private readonly bool _isChatty = outgoing % 4 == 0;
    // Some send as pipes do, several at once. By its name, too.
    private readonly bool _pipelines = outgoing % 3 == 0;
    private ValueTask<int>? _room;
    private int _pipelined;
    private readonly CancellationTokenSource _sendCancellation = new();
    private ValueTask<int>? _send;
    private Memory<byte> _sendBuffer;

    private sealed record PendingReceive(ValueTask<int> Task, Memory<byte> Buffer, CancellationTokenSource Cancellation);

    public Connection Connection => connection;

    public string Name => $"stream {outgoing}";

    public long Sent { get; private set; }

    public long Received { get; private set; }

    public bool SawEnd { get; private set; }

    public bool HasShut { get; private set; }

    public bool IsClosed { get; private set; }

    public bool Failed { get; private set; }

    public void Send()
    {
        SendOne();
        for (int more = 20; _isChatty && more > 0; more--)
            SendOne();
    }

    private void SendOne()
    {
        if (_send is not null || _room is not null || HasShut || IsClosed || Failed || IsCut)
            return;

        int length = random.Next(_isChatty ? 2 : 4) switch { 0 => 1, 1 => random.Next(1, 64), 2 => random.Next(1, 2000), _ => random.Next(1, 20_000) };
        _sendBuffer = host.Buffers.Rent(length, random.Next(2) == 0);
        Pattern(outgoing, Sent, length).CopyTo(_sendBuffer.Span);
        if (_pipelines)
        {
            SendPipelined(_sendBuffer);
            return;
        }

        _send = connection.SendAsync(_sendBuffer, _sendCancellation.Token);
        Observe();
    }

    private void SendPipelined(Memory<byte> buffer)
    {
        try
        {
            _pipelined++;
            if (!connection.SendPipelined(buffer, new PipelinedBuffer(this, buffer)))
                GiveBack(buffer);

            Sent += buffer.Length;
            if (!connection.HasRoom)
                _room = connection.WaitForRoomAsync(_sendCancellation.Token);

            Observe();
        }
        catch (SocketException)
        {
            GiveBack(buffer);
            Failed = true;
        }
    }

    private void GiveBack(Memory<byte> buffer)
    {
        _pipelined--;
        buffer.Span.Fill(Canary);
    }

    /// <summary>Memory that is the application's again when it is told so, and no sooner.</summary>
    private sealed class PipelinedBuffer(SimulatedStream stream, Memory<byte> buffer) : IPipelinedSend
    {
        private bool _isOver;

        public void OnSent(SocketError error)
        {
            Assert.False(_isOver);
            _isOver = true;
            stream.GiveBack(buffer);
            stream.Failed |= error != SocketError.Success;
        }
    }

    /// <summary>A send was given up: more has gone than <see cref="Sent"/> says, and nothing more will.</summary>
    public bool IsCut { get; private set; }

    /// <summary>Gives up a send that waits: how much of it has gone is not known, so nothing more is sent.</summary>
    public void CancelSend()
    {
        if (_send is null && _room is null)
            return;

        // A wait for room is given up alone: what was sent goes.
        IsCut = true;
        _sendCancellation.Cancel();
    }

    public void Receive()
    {
        if (_takesPieces)
        {
            TakeOrReturnPieces();
            return;
        }

        if (_receives.Count == _maxReceives || SawEnd || IsClosed || Failed)
            return;

        int length = random.Next(4) switch { 0 => 1, 1 => random.Next(1, 100), 2 => random.Next(1, 6000), _ => random.Next(1000, MaxLength) };
        Memory<byte> buffer = host.Buffers.Rent(length, random.Next(3) > 0);
        var cancellation = new CancellationTokenSource();
        _receives.Enqueue(new PendingReceive(connection.ReceiveAsync(buffer, cancellation.Token), buffer, cancellation));
        Observe();
    }

    /// <summary>Gives up a receive that waits. Whatever arrives later must not touch its buffer.</summary>
    public void CancelReceive()
    {
        if (_receives.Count > 0)
            _receives.ElementAt(random.Next(_receives.Count)).Cancellation.Cancel();
    }

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
        ReturnPieces();
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
            }
            else if (!send.IsCanceled)
                Fail(send);
            else
                Assert.Throws<OperationCanceledException>(() => send.GetAwaiter().GetResult());

            // The application's again: whatever it does now must not reach the peer.
            _sendBuffer.Span.Fill(Canary);
        }

        if (_room is { IsCompleted: true } room)
        {
            _room = null;
            if (room.IsCanceled)
                Assert.Throws<OperationCanceledException>(() => room.GetAwaiter().GetResult());
            else if (room.IsFaulted)
                Fail(room);
            else
                Assert.Equal(0, room.Result);
        }

        // In the order of the calls, though a later one may be over before one that was cancelled.
        while (_receives.TryPeek(out PendingReceive? first) && first.Task.IsCompleted)
        {
            _receives.Dequeue();
            Observe(first);
        }
    }

    /// <summary>No buffer that was given back has been written since.</summary>
    public void CheckReturnedMemory()
    {
        foreach (Memory<byte> buffer in _returned)
        {
            if (buffer.Span.ContainsAnyExcept(Canary))
                throw new InvalidOperationException("memory of the application was written");
        }
    }

    public override string ToString() =>
        $"sent {Sent}{(_send is null ? "" : "+")} received {Received}{new string('?', _receives.Count)} end {SawEnd} shut {HasShut} " +
        $"closed {IsClosed} failed {Failed}";

    /// <summary>Nothing waits.</summary>
    public bool IsAtRest => _send is null && _room is null && _pipelined == 0 && _receives.Count == 0;

    private void TakeOrReturnPieces()
    {
        if (random.Next(2) == 0)
            ReturnPieces();

        if (SawEnd || IsClosed || Failed)
            return;

        Span<ReceivedPiece> pieces = new ReceivedPiece[random.Next(1, 4)];
        try
        {
            SawEnd |= !connection.TryTakePieces(pieces, out int count);
            foreach (ReceivedPiece piece in pieces[..count])
            {
                Check(piece.Memory.Span);
                Received += piece.Memory.Length;
                _pieces.Enqueue(piece);
            }
        }
        catch (SocketException)
        {
            Failed = true;
        }
    }

    private void ReturnPieces()
    {
        while (_pieces.TryDequeue(out ReceivedPiece piece))
        {
            connection.Return(piece);
            connection.Consume(piece.Memory.Length);
        }
    }

    private void Check(ReadOnlySpan<byte> bytes)
    {
        if (!bytes.SequenceEqual(Pattern(incoming, Received, bytes.Length)))
            throw new InvalidOperationException(
                $"{Name}: of {bytes.Length} bytes from {Received} on, those from {Mismatch(bytes)} on are wrong");
    }

    private void Observe(PendingReceive receive)
    {
        if (host.IsExposed(receive.Buffer))
            throw new InvalidOperationException("a receive is over, and the peer can still write its memory");

        if (receive.Task.IsCompletedSuccessfully)
        {
            int count = receive.Task.Result;
            SawEnd |= count == 0;
            Check(receive.Buffer.Span[..count]);
            Received += count;
        }
        else if (receive.Task.IsCanceled)
            Assert.Throws<OperationCanceledException>(() => receive.Task.GetAwaiter().GetResult());
        else
            Fail(receive.Task);

        receive.Buffer.Span.Fill(Canary);
        _returned.Add(receive.Buffer);
    }

    private void Fail(ValueTask<int> task)
    {
        Failed = true;
        Assert.ThrowsAny<Exception>(() => task.GetAwaiter().GetResult());
    }

    private long Mismatch(ReadOnlySpan<byte> bytes) =>
        Received + bytes.CommonPrefixLength(Pattern(incoming, Received, bytes.Length));

    private static ReadOnlySpan<byte> Pattern(int stream, long offset, int length) =>
        s_pattern.AsSpan((int)((offset + (stream * 7919L) + int.MaxValue) % Period), length);

    // Twice its period: a piece of what was moved out of the way may be as long as a window.
    private static byte[] NewPattern()
    {
        byte[] pattern = new byte[2 * Period];
        new Random(1).NextBytes(pattern.AsSpan(0, Period));
        pattern.AsSpan(0, Period).CopyTo(pattern.AsSpan(Period));
        return pattern;
    }
}
