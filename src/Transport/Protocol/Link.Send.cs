using FastSockets.Transport.Fabric;

namespace FastSockets.Transport.Protocol;

internal sealed partial class Link
{
    /// <summary>Places in the send queue that data leaves to control messages.</summary>
    private const int ControlSendReserve = 4;

    /// <summary>Of the send slabs, the part that data waiting in slabs leaves to data that can go.</summary>
    private const int StagingReserve = 32;

    private readonly ConnectionList _ready = new(Membership.Ready);

    private bool CanSendData => _isOpen && !HasEnded && !_postFailed && _credits.CanSendData && _ring.Free > ControlSendReserve;

    /// <summary>The connection has unsent data and window: it takes its turn.</summary>
    public void AddReady(Connection connection) => _ready.Add(connection);

    public void RemoveReady(Connection connection) => _ready.Remove(connection);

    /// <summary>Counts the connections with unsent data.</summary>
    public void BacklogChanged(int delta) => _backlogged += delta;

    /// <summary>Sends a chunk of each ready connection in turn, while the link takes any.</summary>
    private void Pump()
    {
        while (CanSendData && _ready.RemoveFirst() is { } connection)
        {
            switch (connection.SendChunk())
            {
                case ChunkResult.MoreToSend:
                    _ready.Add(connection);
                    break;
                case ChunkResult.NoSlab:
                    _ready.Add(connection);
                    Starve();
                    return;
            }
        }
    }

    private void Starve()
    {
        _isStarved = true;
        _host.StarvedOfSlabs(this);
    }

    /// <summary>
    /// Posts one data message with as much of <paramref name="data"/> as fits. Zero when the link takes none now.
    /// </summary>
    /// <param name="peerIndex">The connection's index at the peer.</param>
    /// <param name="data">What to send; copied before this returns.</param>
    /// <param name="noSlab">True when it is for want of a send slab that nothing was sent.</param>
    public unsafe int TrySendCopy(uint peerIndex, ReadOnlySpan<byte> data, out bool noSlab)
    {
        noSlab = false;
        if (!CanSendData)
            return 0;

        int length = Math.Min(data.Length, _maxMessage);
        if (length <= _queuePair.MaxInline)
        {
            fixed (byte* bytes = data)
                PostData(peerIndex, (nint)bytes, length, 0, SendFlags.Inline, -1);

            return length;
        }

        if (!_ring.TryStage(length, out nint address, out uint key, out int ownSlab))
        {
            noSlab = true;
            return 0;
        }

        data[..length].CopyTo(new Span<byte>((void*)address, length));
        PostData(peerIndex, address, length, key, SendFlags.None, ownSlab);
        return length;
    }

    /// <summary>Posts one data message out of a slab that the connection has filled. Zero when the link takes none now.</summary>
    /// <param name="peerIndex">The connection's index at the peer.</param>
    /// <param name="slab">The slab, given away when the message takes it to its end.</param>
    /// <param name="offset">The first byte to send.</param>
    /// <param name="length">Bytes to send at most.</param>
    /// <param name="isRest">Nothing is left in the slab if all of <paramref name="length"/> goes.</param>
    public int TrySendSlab(uint peerIndex, int slab, int offset, int length, bool isRest)
    {
        if (!CanSendData)
            return 0;

        int count = Math.Min(length, _maxMessage);
        PostData(
            peerIndex, _host.SendSlabs.Address(slab) + offset, count, _host.SendSlabs.Key(slab), SendFlags.None,
            isRest && count == length ? slab : -1);
        return count;
    }

    /// <summary>A slab for a connection to gather what cannot be sent yet; false while they are needed for what can.</summary>
    public bool TryRentStaging(out int slab) => _host.SendSlabs.TryRent(StagingReserve, out slab);

    /// <summary>Gives back a slab whose bytes are not to be sent any more, though some may be on their way.</summary>
    public void DropStaging(int slab) => _ring.Retire(slab);

    /// <summary>Sends completed, or failed.</summary>
    public void OnSendCompleted(ulong id, int status)
    {
        Activity++;
        if (status != 0)
            Fail($"a send failed with status {status}");

        if (!_ring.TryComplete(id))
            Fail("the device completed what was not posted");
    }

    private void PostData(uint peerIndex, nint address, int length, uint key, SendFlags flags, int freedSlab)
    {
        var request = new SendRequest
        {
            Address = address,
            Length = length,
            LocalKey = key,
            Immediate = new Immediate(peerIndex, _credits.Announce()).Value,
            Flags = flags | SendFlags.Immediate | SendFlags.Solicited,
        };
        // Not failed here: the connection that is sending must not be ended under its own feet. Exit does it.
        _postFailed |= !_ring.Add(request, freedSlab);
    }
}
