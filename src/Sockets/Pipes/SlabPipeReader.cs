using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using FastSockets.Internal;
using FastSockets.Transport.Protocol;

namespace FastSockets.Pipes;

/// <summary>
/// Reads a connection in the very slabs that the device filled, and gives them back when they are consumed. What is not consumed
/// counts against the connection's window: that is the back-pressure.
/// </summary>
internal sealed class SlabPipeReader(RdmaStream stream) : PipeReader
{
    private const int PiecesAtOnce = 8;

    private readonly ReceivedPiece[] _pieces = new ReceivedPiece[PiecesAtOnce];
    private readonly Stack<ReceivedSegment> _spares = new();
    private readonly PipeWake _wake = new();
    private ReceivedSegment? _first;
    private ReceivedSegment? _last;
    private int _start;
    private long _length;
    private long _examined;

    // Bytes of the buffer, from its start, that were given back to the window: those that were examined, or a frame longer than
    // the window could never be read.
    private long _given;
    private bool _isEnd;
    private bool _isCompleted;

    /// <exception cref="IOException">The connection was reset.</exception>
    public override bool TryRead(out ReadResult result)
    {
        try
        {
            return TryReadNow(out result);
        }
        catch (SocketException e)
        {
            throw AsIO(e);
        }
    }

    private bool TryReadNow(out ReadResult result)
    {
        ThrowIfCompleted();
        if (_wake.TakeCancel())
        {
            result = new ReadResult(Buffer, isCanceled: true, isCompleted: _isEnd);
            return true;
        }

        if (_length <= _examined && !_isEnd)
            Take();

        result = new ReadResult(Buffer, isCanceled: false, isCompleted: _isEnd);
        return _length > _examined || _isEnd;
    }

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<ReadResult>(cancellationToken);

        try
        {
            return TryRead(out ReadResult result) ? ValueTask.FromResult(result) : WaitAsync(cancellationToken);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            return ValueTask.FromException<ReadResult>(e);
        }
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        ThrowIfCompleted();
        if (consumed.GetObject() is not ReceivedSegment upTo)
        {
            // The default position: of an empty buffer.
            _examined = _length;
            return;
        }

        long count = Distance(upTo, consumed.GetInteger());
        _examined = examined.GetObject() is ReceivedSegment seen ? Distance(seen, examined.GetInteger()) - count : 0;
        if (count < 0 || _examined < 0 || count + _examined > _length)
            throw new ArgumentOutOfRangeException(nameof(consumed), "Not a position in the buffer that was read.");

        Give(count + _examined);
        _given -= count;
        if (count == 0)
            return;

        ReceivedSegment? segment = _first;
        while (segment is not null && !ReferenceEquals(segment, upTo))
            segment = Drop(segment);

        _start = consumed.GetInteger();
        if (_start == upTo.Length)
        {
            segment = Drop(upTo);
            _start = 0;
        }

        _first = segment;
        if (_first is null)
            _last = null;

        _length -= count;
    }

    public override void CancelPendingRead() => _wake.Cancel();

    public override void Complete(Exception? exception = null)
    {
        if (_isCompleted)
            return;

        _isCompleted = true;
        for (ReceivedSegment? segment = _first; segment is not null;)
            segment = Drop(segment);

        _first = _last = null;
    }

    private ReadOnlySequence<byte> Buffer =>
        _first is null ? ReadOnlySequence<byte>.Empty : new ReadOnlySequence<byte>(_first, _start, _last!, _last!.Length);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ReadResult> WaitAsync(CancellationToken cancellationToken)
    {
        using CancellationTokenRegistration registration = _wake.WakeOn(cancellationToken);
        while (true)
        {
            try
            {
                await stream.Connection.ReceiveAsync(Memory<byte>.Empty, _wake.Token).ConfigureAwait(false);
                if (TryRead(out ReadResult result))
                    return result;
            }
            catch (OperationCanceledException)
            {
                _wake.Renew();
                cancellationToken.ThrowIfCancellationRequested();
                if (TryRead(out ReadResult result))
                    return result;
            }
            catch (SocketException e)
            {
                throw AsIO(e);
            }
        }
    }

    private void Give(long upTo)
    {
        if (upTo <= _given)
            return;

        stream.Connection.Consume((int)(upTo - _given));
        _given = upTo;
    }

    private void Take()
    {
        int count;
        do
        {
            if (!stream.Connection.TryTakePieces(_pieces, out count))
            {
                _isEnd = true;
                return;
            }

            for (int i = 0; i < count; i++)
            {
                ReceivedSegment segment = _spares.TryPop(out ReceivedSegment? spare) ? spare : new ReceivedSegment();
                segment.Set(_pieces[i], _last);
                _first ??= segment;
                _last = segment;
                _length += segment.Length;
            }
        }
        while (count == PiecesAtOnce && stream.Connection.Available > 0);
    }

    /// <summary>Bytes from the buffer's start to a place in it.</summary>
    private long Distance(ReceivedSegment segment, int offset) =>
        segment.RunningIndex + offset - (_first!.RunningIndex + _start);

    private ReceivedSegment? Drop(ReceivedSegment segment)
    {
        ReceivedSegment? next = segment.Next;
        stream.Connection.Return(segment.Piece);
        segment.Clear();
        _spares.Push(segment);
        return next;
    }

    private void ThrowIfCompleted()
    {
        if (_isCompleted)
            throw new InvalidOperationException("Reading is not allowed after the reader was completed.");
    }

    /// <summary>As a pipe over a stream: a socket's error in an IOException.</summary>
    private static IOException AsIO(SocketException e) => new(e.Message, e);
}
