using FastSockets.Transport.Protocol;

namespace FastSockets.Transport.Tests.Simulation;

/// <summary>What the runs have met: clean runs that never met it would prove nothing.</summary>
internal sealed class Coverage
{
    private readonly Lock _lock = new();
    private TransferCounters _sum;

    public void Add(IEnumerable<TransferCounters> counters)
    {
        lock (_lock)
        {
            foreach (TransferCounters one in counters)
                _sum.Add(one);
        }
    }

    public void Check(int runs)
    {
        Assert.True(_sum.AdvertsSent > runs, "adverts sent");
        Assert.True(_sum.AdvertsUsed > runs / 2, "adverts used");
        Assert.True(_sum.AdvertsStale > runs / 2, "adverts stale");
        Assert.True(_sum.AdvertsRevoked > runs / 10, "adverts revoked");
        Assert.True(_sum.BytesSpilled > runs, "spilled");
        Assert.True(_sum.SendsGathered > runs, "gathered");
        Assert.True(_sum.SendsBundled > runs, "bundled");
        Assert.True(_sum.LinkStalls > runs / 10, "stalls of the link");
        Assert.True(_sum.WindowStalls > runs / 10, "stalls of the window");
        Assert.All(
            [_sum.BytesInlined, _sum.BytesStaged, _sum.BytesSentUncopied, _sum.BytesSentDirect, _sum.BytesReceivedDirect,
             _sum.BytesHandedOut],
            bytes => Assert.True(bytes > runs * 100L));
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"adverts {_sum.AdvertsSent}, used {_sum.AdvertsUsed}, stale {_sum.AdvertsStale}, revoked {_sum.AdvertsRevoked}; " +
            $"inlined {_sum.BytesInlined}, staged {_sum.BytesStaged}, uncopied {_sum.BytesSentUncopied}, direct {_sum.BytesReceivedDirect}, " +
            $"handed out {_sum.BytesHandedOut}, " +
            $"spilled {_sum.BytesSpilled}; gathered {_sum.SendsGathered}, bundled {_sum.SendsBundled}; stalls {_sum.LinkStalls} {_sum.WindowStalls}");
    }
}
