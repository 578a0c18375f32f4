using System.Buffers;
using System.Net.Sockets;
using FastSockets.Transport.Protocol;

namespace FastSockets.Transport;

/// <summary>Received bytes handed out in the slabs that the device filled, for pipe readers.</summary>
internal sealed partial class Connection
{
    /// <summary>A slab is worth more than the copy of so little, even to a reader that takes slabs.</summary>
    private const int TinyArrival = 256;

    private bool _handsOut;

    /// <summary>
    /// Takes what waits, oldest first, until <paramref name="pieces"/> is full. Each piece is the caller's until <see cref="Return"/>; its
    /// bytes count against the window until <see cref="Consume"/>. Not beside other receives.
    /// </summary>
    /// <param name="pieces">Filled from the start.</param>
    /// <param name="count">Pieces taken.</param>
    /// <returns>False at the end of the stream.</returns>
    /// <exception cref="SocketException">The connection was reset; told each time.</exception>
    public bool TryTakePieces(Span<ReceivedPiece> pieces, out int count)
    {
        count = 0;
        _link.Enter();
        try
        {
            ThrowIfDisposed();
            _handsOut = true;
            for (bool isSpilled; count < pieces.Length; count++)
            {
                isSpilled = _queue.IsFirstSpilled;
                if (!_queue.TryTakePiece(_link, out ReceivedPiece piece))
                    break;

                pieces[count] = piece;
                if (isSpilled)
                    Count(ref Counters.BytesCopiedFromSpill, ref _link.Counters.BytesCopiedFromSpill, piece.Memory.Length);
                else if (piece.Copy is null)
                    Count(ref Counters.BytesHandedOut, ref _link.Counters.BytesHandedOut, piece.Memory.Length);
                else
                    Count(ref Counters.BytesCopiedOut, ref _link.Counters.BytesCopiedOut, piece.Memory.Length);
            }

            if (_queue.SlabCount == 0)
                _link.HoldsNoSlabs(this);

            return count > 0 || !IsEnd();
        }
        finally
        {
            _link.Leave();
        }
    }

    /// <summary>Nothing waits: is this the stream's end? What a reset cut off is not, whoever was told of it before.</summary>
    private bool IsEnd()
    {
        bool isEnd = EndOrNothing() == 0;
        if (Has(State.Dead) && !Has(State.EndReceived))
            Throw(SocketError.ConnectionReset);

        return isEnd;
    }

    /// <summary>The reader has done with a piece. Also after the connection has ended.</summary>
    public void Return(in ReceivedPiece piece)
    {
        if (piece.Copy is not null)
            ArrayPool<byte>.Shared.Return(piece.Copy);
        else
            _link.ReceiveSlabs.TakeBack(piece.Slab);
    }

    /// <summary>The reader has consumed bytes: the peer may send as many more.</summary>
    public void Consume(int count)
    {
        _link.Enter();
        try
        {
            Consumed(count);
        }
        finally
        {
            _link.Leave();
        }
    }
}
