namespace FastSockets.Perf.Tests;

public sealed class SelectionTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("*")]
    [InlineData("pingpong")]
    [InlineData("*/tcp")]
    [InlineData("stream/fastsockets-rdma")]
    [InlineData("stream/*/pool")]
    public void Error_OfNamesThatThereAre_IsNone(string? text) => Assert.Null(Selection.Error(text));

    [Theory]
    [InlineData("pingpnog/tcp", "pingpnog")]
    [InlineData("pingpong/tpc", "tpc")]
    [InlineData("pingpong/tcp/spni", "spni")]
    public void Error_OfAnotherName_NamesIt(string text, string name) => Assert.Contains($"'{name}'", Selection.Error(text));
}
