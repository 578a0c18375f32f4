namespace FastSockets.Transport.Tests.Protocol;

/// <summary>A link that ends gives its queue pair back as soon as the device has done with it.</summary>
public sealed class EndingTests : TwoEnds
{
    [Fact]
    public void Link_WhoseSendsHaveArrived_AndAskedForNoCompletion_IsFlushed_WithItsQueuePair()
    {
        Connection near = Open();
        near.Send([1]);
        Settle();
        Assert.False(_near.Link.IsFlushed, "this says nothing unless something was sent that completes with what follows");

        Fail();
        AssertFlushed();
    }

    [Fact]
    public void Link_ThatEnds_BeforeWhatItHasToSendIsPosted_PostsIt()
    {
        Open();
        _near.Link.Enter();
        _near.Link.Ping();
        _near.Link.Fail("the test ends it");
        _near.Link.Leave();
        AssertFlushed();
    }

    [Fact]
    public void Link_WhoseQueuePairTakesNothing_EndsAllTheSame()
    {
        Open();
        _near.QueuePair.Close();
        Fail();
        Assert.True(_near.Link.HasEnded);
    }

    private void AssertFlushed()
    {
        _near.QueuePair.Flush();
        _near.Reap(16);
        Assert.True(_near.Link.IsFlushed);
    }

    private void Fail()
    {
        _near.Link.Enter();
        _near.Link.Fail("the test ends it");
        _near.Link.Leave();
    }
}
