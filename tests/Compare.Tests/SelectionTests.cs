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

    [Fact]
    public void Includes_WhatWasNamed()
    {
        var selection = new Selection("stream/*/pool");
        Assert.True(selection.Includes(Pattern.Stream) && selection.Includes(TransportKind.Tcp) && selection.Includes(Wait.Pool));
        Assert.False(selection.Includes(Pattern.PingPong));
        Assert.False(selection.Includes(Wait.Pipe));
    }

    [Theory]
    [InlineData("pingpnog/tcp", "pingpnog")]
    [InlineData("pingpong/tpc", "tpc")]
    [InlineData("pingpong/tcp/spni", "spni")]
    public void Error_OfAnotherName_NamesIt(string text, string name) => Assert.Contains($"'{name}'", Selection.Error(text));
}
