using FastSockets.Transport.Protocol;

namespace FastSockets.Transport.Tests.Protocol;

public class LinkCreditsTests
{
    private const int Grant = 32;

    [Fact]
    public void Returned_CreditsCannotBeUsedAnyMore()
    {
        var granter = new LinkCredits(Grant);
        Assert.True(granter.TryTakeBack(20));
        Assert.Equal(12, granter.Grant);
        for (int i = 0; i < 12; i++)
            Assert.True(granter.TryCountReceived());

        Assert.False(granter.TryCountReceived());
    }

    [Fact]
    public void Return_BelowTheLeastGrant_IsRefused()
    {
        var granter = new LinkCredits(Grant);
        Assert.False(granter.TryTakeBack(Grant - LinkCredits.MinGrant + 1));
        Assert.True(granter.TryTakeBack(Grant - LinkCredits.MinGrant));
        Assert.False(granter.TryTakeBack(1));
    }

    [Fact]
    public void Return_OfWhatHasBeenUsed_IsRefused()
    {
        var granter = new LinkCredits(Grant);
        for (int i = 0; i < Grant - 3; i++)
            Assert.True(granter.TryCountReceived());

        Assert.False(granter.TryTakeBack(4));
        Assert.True(granter.TryTakeBack(3));
    }

    [Fact]
    public void Unused_IsWhatWasLeftAtTheBusiestMoment()
    {
        var sender = new LinkCredits(Grant);
        Assert.True(sender.TryRaiseLimit(Grant));
        sender.BeginPeriod();
        Assert.Equal(Grant - LinkCredits.MinGrant, sender.Unused);
        for (int i = 0; i < 10; i++)
            sender.Announce();

        Assert.True(sender.TryRaiseLimit(Grant + 10));
        Assert.Equal(Grant, sender.Available);
        Assert.Equal(Grant - 10 - LinkCredits.MinGrant, sender.Unused);
        sender.Return(sender.Unused);
        Assert.Equal(0, sender.Unused);
        Assert.Equal(LinkCredits.MinGrant + 10, sender.Available);
    }

    [Fact]
    public void RunsLow_OnlyWhenThePeerUsedMostOfIt_MoreThanOnce()
    {
        var granter = new LinkCredits(Grant);
        Use(ref granter, Grant / 2);
        Use(ref granter, Grant / 2);
        Assert.False(granter.RunsLow);
        Use(ref granter, Grant * 3 / 4);
        Assert.False(granter.RunsLow);
        Use(ref granter, Grant * 3 / 4);
        Assert.True(granter.RunsLow);
        granter.Grow(Grant);
        Assert.False(granter.RunsLow);
        Assert.Equal(2 * Grant, granter.Grant);
    }

    /// <summary>So many messages come at once, and their slabs are posted again.</summary>
    private static void Use(ref LinkCredits granter, int messages)
    {
        for (int i = 0; i < messages; i++)
        {
            Assert.True(granter.TryCountReceived());
            granter.SlabPosted();
        }

        granter.Announce();
    }
}
