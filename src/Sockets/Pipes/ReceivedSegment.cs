using System.Buffers;
using FastSockets.Transport.Protocol;

namespace FastSockets.Pipes;

/// <summary>One piece of a pipe reader's sequence.</summary>
internal sealed class ReceivedSegment : ReadOnlySequenceSegment<byte>
{
    public ReceivedPiece Piece { get; private set; }

    public new ReceivedSegment? Next => (ReceivedSegment?)base.Next;

    public int Length => Memory.Length;

    public void Set(in ReceivedPiece piece, ReceivedSegment? before)
    {
        Piece = piece;
        Memory = piece.Memory;
        base.Next = null;
        RunningIndex = 0;
        if (before is null)
            return;

        RunningIndex = before.RunningIndex + before.Length;
        before.Link(this);
    }

    public void Clear()
    {
        Piece = default;
        Memory = default;
        base.Next = null;
    }

    private void Link(ReceivedSegment next) => base.Next = next;
}
