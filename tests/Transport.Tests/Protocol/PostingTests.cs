using FastSockets.Transport.Memory;

namespace FastSockets.Transport.Tests.Protocol;

/// <summary>When a receive that waits is posted to the peer.</summary>
public sealed class PostingTests() : TwoEnds(new MemoryThresholds(Post: Worth, Register: Worth, Send: int.MaxValue))
{
    private const int Worth = 4 * SlabSize;
    private const int Rounds = 100;

    private readonly Queue<ValueTask<int>> _ahead = new();

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
        Assert.Equal(6, far.Counters.AdvertsSent);
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

    /// <summary>Sends that are no whole chunks end in short messages while the window is used up, which is how posting begins.</summary>
    [Fact]
    public void Receives_OfASenderThatIsAhead_AreSoonPosted()
    {
        const int SendSize = (5 * SlabSize) + 1000;
        const int Sends = 400;
        Connection near = Open(), far = Accepted();
        for (int i = 0; i < Sends; i++)
            _ = near.SendAsync(new byte[SendSize]).AsTask();

        ReceiveAhead(far, Sends * SendSize, outstanding: 1);
        Assert.InRange(far.Counters.BytesReceivedDirect, Sends * SendSize * 3L / 4, Sends * SendSize);
    }

    /// <summary>The receives that were not posted while it did not pay need not all be over first.</summary>
    [Fact]
    public void Receives_SeveralAhead_AreSoonPostedAgain_WhenDeliveriesAreLong()
    {
        Connection near = Open(), far = Accepted();
        for (int i = 0; i < Rounds; i++)
        {
            _ = near.SendAsync(new byte[SlabSize]).AsTask();
            ReceiveAhead(far, SlabSize, outstanding: 4);
        }

        long direct = far.Counters.BytesReceivedDirect;
        const int Length = 2000 * Worth;
        _ = near.SendAsync(new byte[Length]).AsTask();
        ReceiveAhead(far, Length, outstanding: 4);
        Assert.InRange(far.Counters.BytesReceivedDirect - direct, Length / 2, Length);
    }

    /// <summary>Receives so many bytes, always with so many receives that wait, which stay for the next call.</summary>
    private void ReceiveAhead(Connection receiver, int length, int outstanding)
    {
        for (int rounds = 0; length > 0; rounds++)
        {
            Assert.True(rounds < 100_000, "nothing comes any more");
            while (_ahead.Count < outstanding)
                _ahead.Enqueue(receiver.ReceiveAsync(new byte[4 * Worth]));

            // One by one: the receiver is faster than what it is sent.
            Settle(messages: 1);
            while (_ahead.TryPeek(out ValueTask<int> first) && first.IsCompleted)
            {
                length -= first.Result;
                _ahead.Dequeue();
            }
        }
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
