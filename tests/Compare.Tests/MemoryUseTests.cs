namespace FastSockets.Perf.Tests;

public sealed class MemoryUseTests
{
    [Fact]
    public void Each_OfSteps_IsTheMedianDifferenceByConnections() => Assert.Equal(
        new MemoryUse(10, 1, 30),
        MemoryUse.Each(
            [new(1000, 0, 500), new(1100, 10, 800), new(200, 20, 1100), new(300, 30, 900)], connections: 10));

    [Fact]
    public void Each_WithoutRegistration_TellsNone() =>
        Assert.Null(MemoryUse.Each([new(1, null, 1), new(2, null, 2)], connections: 1).Registered);

    [Fact]
    public void Now_AfterAnAllocation_IsLarger()
    {
        var before = MemoryUse.Now();
        byte[] held = new byte[8 << 20];
        Assert.InRange(MemoryUse.Now().Process - before.Process, 7 << 20, 64 << 20);
        GC.KeepAlive(held);
    }
}
