using FastSockets.Transport.Memory;

namespace FastSockets.Transport.Tests.Protocol;

/// <summary>When a receive that waits is posted to the peer.</summary>
public sealed class PostingTests() : TwoEnds(new MemoryThresholds(Post: Worth, Register: Worth, Send: int.MaxValue))
{
    private const int Worth = 4 * SlabSize;
    private const int Rounds = 100;

    [Fact]
    public void Receives_ThatDeliveriesFill_AreAllPosted()
    {
        Connection near = Open(), far = Accepted();
        ReceiveInTurn(far, near, Worth);
        Assert.Equal(Rounds, far.Counters.AdvertsUsed);
        Assert.Equal(Rounds * Worth, far.Counters.BytesReceivedDirect);
    }

    /// <summary>However large it is: what counts is what posting it has spared, and these bytes cost less to copy than an advert does.</summary>
    [Fact]
    public void Receives_ThatAreBroughtLessThanPostingCosts_AreSeldomPosted()
    {
        Connection near = Open(), far = Accepted();
        ReceiveInTurn(far, near, Worth / 2);
        Assert.InRange(far.Counters.AdvertsSent, 1, 7);
        ReceiveInTurn(far, near, Worth);
        Assert.InRange(far.Counters.AdvertsUsed, Rounds / 3, Rounds);
    }

    [Fact]
    public void Receives_OfWhichTheLastOfEachObjectIsBroughtLittle_AreAllPosted()
    {
        Connection near = Open(), far = Accepted();
        for (int i = 0; i < Rounds; i++)
            ReceiveOne(far, near, i % 4 == 3 ? SlabSize : 3 * Worth / 2);

        Assert.Equal(Rounds, far.Counters.AdvertsUsed);
    }

    private void ReceiveInTurn(Connection receiver, Connection sender, int size)
    {
        for (int i = 0; i < Rounds; i++)
            ReceiveOne(receiver, sender, size);
    }

    private void ReceiveOne(Connection receiver, Connection sender, int size)
    {
        ValueTask<int> receive = receiver.ReceiveAsync(new byte[4 * Worth]);
        Settle();
        Assert.Equal(size, sender.TrySend(new byte[size]));
        Settle();
        Assert.True(receive.IsCompleted);
        for (int received = receive.Result; received < size;)
            received += receiver.TryReceive(new byte[size]);
    }
}
