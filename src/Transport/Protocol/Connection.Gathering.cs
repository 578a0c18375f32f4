using FastSockets.Transport.Memory;
using FastSockets.Transport.Protocol;

namespace FastSockets.Transport;

/// <summary>What cannot be sent yet and is not its caller's any more: gathered so that it leaves in one message.</summary>
internal sealed partial class Connection
{
    private int _gatherSlab = -1;
    private int _gatherStart;
    private int _gatherLength;

    /// <summary>Bytes that a send may leave to be sent later; never more than a slab's.</summary>
    public int SendBuffer { get; set; } = int.MaxValue;

    /// <summary>Keeps a short rest to be sent with what follows, so that what waited leaves as one message.</summary>
    private int Gather(ReadOnlySpan<byte> data, bool mayTakePart)
    {
        int size = Math.Min(_link.Host.SendSlabs.SlabSize, SendBuffer);
        if (_gatherLength == 0)
        {
            if (mayTakePart && size > 0)
                data = data[..Math.Min(data.Length, size)];

            if (data.Length > size || !_link.TryRentStaging(out _gatherSlab))
                return 0;

            _gatherStart = 0;
        }

        if (data.Length > size - _gatherStart - _gatherLength)
            return 0;

        data.CopyAtSpeedTo(_link.Host.SendSlabs.Span(_gatherSlab, _gatherStart + _gatherLength, data.Length));
        _gatherLength += data.Length;
        Count(ref Counters.BytesStaged, ref _link.Counters.BytesStaged, data.Length);
        Count(ref Counters.SendsGathered, ref _link.Counters.SendsGathered, 1);
        return data.Length;
    }

    private void SendGathered()
    {
        Parcel parcel = NextParcel(_gatherLength, isMoreQueued: !_sends.IsEmpty);
        if (parcel.Length == 0 ||
            !_link.TrySendSlab(parcel, _gatherSlab, _gatherStart, isRest: parcel.Length == _gatherLength))
            return;

        Sent(parcel);
        _gatherStart += parcel.Length;
        _gatherLength -= parcel.Length;
        if (_gatherLength == 0)
            _gatherSlab = -1;
    }

    private void DropGathered()
    {
        if (_gatherSlab >= 0)
            _link.DropStaging(_gatherSlab);

        _gatherSlab = -1;
        _gatherLength = 0;
    }
}
