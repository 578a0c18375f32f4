using System.Numerics;

namespace FastSockets.Transport.Protocol;

internal sealed partial class Link
{
    /// <summary>Ticks that are remembered, and those of them at which a busy link was found in use: half of two seconds.</summary>
    private const int LooksKept = 4;
    private const int LooksWhenBusy = 2;

    /// <summary>Slabs under way that others would wait behind.</summary>
    private const int SlabsWhenBusy = 2;

    // A bit for each tick.
    private uint _looks;
    private long _receivedAtTick;

    /// <summary>
    /// Data has had to wait for this link for much of the time lately, so that another's would wait behind it. How many connections
    /// there are says nothing: idle ones are in nobody's way. Nor does what moves: a link that keeps up need not be relieved.
    /// Read without the lock.
    /// </summary>
    public bool IsBusy => BitOperations.PopCount(_looks) >= LooksWhenBusy;

    /// <summary>Looked at with every tick, which samples the time in which data waits, and costs the data path nothing.</summary>
    private void LookAtLoad()
    {
        long received = Counters.BytesReceived - _receivedAtTick;
        _receivedAtTick += received;
        bool isInUse = SendsAreWaitedFor || PeerWaits(received);
        _looks = ((_looks << 1) | (isInUse ? 1u : 0)) & ((1 << LooksKept) - 1);
    }

    /// <summary>Data waits for a turn, credits, places or slabs; or what is under way would keep another's waiting.</summary>
    private bool SendsAreWaitedFor =>
        !_ready.IsEmpty || _ring.BulkOnTheWay >= SlabsWhenBusy * _host.SendSlabs.SlabSize;

    /// <summary>
    /// The peer has used up its credits, for they have had to grow and have not come back; and since the last tick it has sent
    /// as much as all of them carry, so it is data that it uses them for, still.
    /// </summary>
    private bool PeerWaits(long received) =>
        Grant > LinkCredits.MinGrant && received >= (long)Grant * ReceiveSlabs.SlabSize;
}
