using FastSockets.Transport.Fabric;
using FastSockets.Transport.Protocol;
using FastSockets.Transport.Tests.Simulation;

namespace FastSockets.Transport.Tests.Protocol;

public sealed class SendRingTests : IDisposable
{
    private readonly SimulatedDevice _device = new(hasWindows: false, windowsAreBounded: true, () => true);
    private readonly SendSlabs _slabs;

    public SendRingTests() => _slabs = new SendSlabs(_device, 1024, 64);

    public void Dispose()
    {
        _slabs.Dispose();
        _device.Dispose();
    }

    /// <summary>Ids wrap at 2^32; a send queue's depth need not divide that.</summary>
    [Theory]
    [InlineData(5)]
    [InlineData(16)]
    [InlineData(61)]
    public void Requests_AcrossTheWrapOfTheirIds_FreeTheirOwnSlabs(int depth)
    {
        uint next = uint.MaxValue - 20;
        var ring = new SendRing(new TakesAll(depth), _slabs, next);
        uint completed = next;
        for (int round = 0; round < 60; round++)
        {
            while (ring.Free > 0)
            {
                Assert.True(_slabs.TryRent(0, out int slab));
                Assert.True(ring.Add(new SendRequest(), slab));
                next++;
            }

            // All but one, so that the next round begins elsewhere in the ring.
            int outstanding = (int)(next - completed);
            Assert.Equal(depth, outstanding);
            Assert.Equal(_slabs.Capacity - outstanding, _slabs.Available);
            completed = next - 1;
            Assert.True(ring.TryComplete(Completion.SendBit | (completed - 1), succeeded: true));
            Assert.Equal(_slabs.Capacity - 1, _slabs.Available);
        }

        Assert.False(ring.TryComplete(Completion.SendBit | next, succeeded: true));
    }

    /// <summary>The peer would take what comes behind a gap for the next bytes of the stream.</summary>
    [Fact]
    public void Refusal_OfADetachedPosting_LetsNothingThroughBehindIt()
    {
        var queuePair = new TakesAll(16) { Refuses = true };
        var ring = new SendRing(queuePair, _slabs);
        var bundle = new SendRequest();
        Assert.True(_slabs.TryRent(0, out int slab));
        ring.Detach(ref bundle, slab);
        Assert.False(ring.PostDetached(bundle));
        queuePair.Refuses = false;
        Assert.True(ring.Add(new SendRequest(), -1));
        Assert.False(ring.Flush());
        Assert.Equal(0, queuePair.Taken);
    }

    /// <summary>The first and the last of what leaves together wake a receiver that sleeps, and one in each four slabs' worth between.</summary>
    [Fact]
    public void Chain_WakesTheReceiver_FirstLastAndNowAndThen()
    {
        var queuePair = new TakesAll(64);
        var ring = new SendRing(queuePair, _slabs);
        for (int i = 0; i < 10; i++)
            Assert.True(ring.Add(new SendRequest { Length = 1024, Flags = SendFlags.Solicited }, -1));

        Assert.True(ring.Flush());
        Assert.Equal([0, 4, 8, 9], Enumerable.Range(0, 10).Where(i => (queuePair.Flags[i] & SendFlags.Solicited) != 0));
    }

    /// <summary>What wakes nobody by itself counts by its bytes only: the end of a delivery that came in many writes is told.</summary>
    [Fact]
    public void Chain_OfDeliveries_TellsTheEndOfEach()
    {
        var queuePair = new TakesAll(64);
        var ring = new SendRing(queuePair, _slabs);
        for (int i = 0; i < 12; i++)
        {
            var request = new SendRequest { Kind = SendKind.Write, Length = 1024, Flags = i % 6 == 5 ? SendFlags.Solicited : SendFlags.None };
            Assert.True(ring.Add(request, -1));
        }

        Assert.True(ring.Flush());
        Assert.Equal([5, 11], Enumerable.Range(0, 12).Where(i => (queuePair.Flags[i] & SendFlags.Solicited) != 0));
    }

    /// <summary>Where the last wakes nobody, as a write that does not end its delivery, those before it all do.</summary>
    [Fact]
    public void Chain_WhoseLastWakesNobody_SparesNoWakeUp()
    {
        var queuePair = new TakesAll(64);
        var ring = new SendRing(queuePair, _slabs);
        for (int i = 0; i < 4; i++)
            Assert.True(ring.Add(new SendRequest { Length = 64, Flags = SendFlags.Solicited }, -1));

        Assert.True(ring.Add(new SendRequest { Kind = SendKind.Write, Length = 1024 }, -1));
        Assert.True(ring.Flush());
        Assert.All(queuePair.Flags.Take(4), flags => Assert.NotEqual(SendFlags.None, flags & SendFlags.Solicited));
    }

    private sealed class TakesAll(int depth) : IQueuePair
    {
        public List<SendFlags> Flags { get; } = [];

        public bool Refuses { get; set; }

        public int Taken { get; private set; }

        public uint Number => 1;

        public int SendQueueDepth => depth;

        public int MaxInline => 0;

        public bool Post(ReadOnlySpan<SendRequest> requests)
        {
            Taken += Refuses ? 0 : requests.Length;
            foreach (ref readonly SendRequest request in requests)
                Flags.Add(request.Flags);

            return !Refuses;
        }

        public void Close()
        {
        }
    }
}
