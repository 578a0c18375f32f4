namespace FastSockets.Perf.Tests;

public sealed class OfferTests
{
    private static readonly TransportKind[] Required =
        [TransportKind.FastSocketsRdma, TransportKind.Tcp, TransportKind.Verbs];

    [Fact]
    public void WhyNot_OfSocketsThatMustBeThere_IsNothing()
    {
        foreach (var pattern in Enum.GetValues<Pattern>())
        {
            foreach (var wait in Enum.GetValues<Wait>())
            {
                Assert.Null(Offer.WhyNot(TransportKind.FastSocketsRdma, new Point(pattern, wait, 64)));
                if (wait != Wait.Pool)
                    Assert.Null(Offer.WhyNot(TransportKind.Tcp, new Point(pattern, wait, 64)));
            }
        }
    }

    [Fact]
    public void EveryTransport_SpinsAMessageOf64Bytes() => Assert.All(
        Enum.GetValues<TransportKind>(),
        kind => Assert.Null(Offer.WhyNot(kind, new Point(Pattern.PingPong, Wait.Spin, 64))));

    [Theory]
    [InlineData(TransportKind.Rsockets, Pattern.PingPong, Wait.Async, 64)]
    [InlineData(TransportKind.Rsockets, Pattern.Stream, Wait.Pipe, 64)]
    [InlineData(TransportKind.Tcp, Pattern.Stream, Wait.Pool, 1 << 20)]
    [InlineData(TransportKind.Verbs, Pattern.PingPong, Wait.Pipe, 64)]
    [InlineData(TransportKind.Rsockets, Pattern.Http, Wait.Async, 512)]
    [InlineData(TransportKind.Verbs, Pattern.Connect, Wait.Block, 1)]
    [InlineData(TransportKind.VerbsRdmaSharp, Pattern.Stream, Wait.Spin, 64)]
    [InlineData(TransportKind.UcxUct, Pattern.PingPong, Wait.Spin, 1)]
    [InlineData(TransportKind.UcxUct, Pattern.PingPong, Wait.Spin, 64 << 10)]
    [InlineData(TransportKind.UcxTag, Pattern.PingPong, Wait.Block, 64)]
    internal void WhyNot_OfWhatIsNotOffered_IsAReason(TransportKind kind, Pattern pattern, Wait wait, long size) =>
        Assert.False(string.IsNullOrEmpty(Offer.WhyNot(kind, new Point(pattern, wait, size))));

    [Fact]
    public void IsRequired_OfRivals_IsFalse() =>
        Assert.Equal(Required, Enum.GetValues<TransportKind>().Where(Offer.IsRequired));
}
