namespace RdmaSharp.Tests.Unit;

public sealed class RdmaTests
{
    /// <summary>Holds with and without a device; on a machine without, nothing may throw but what needs one.</summary>
    [Fact]
    public void IsSupported_AndReason_Agree()
    {
        string? reason = Rdma.UnsupportedReason;
        Assert.Equal(Rdma.IsSupported, reason is null);
        if (reason is null)
        {
            Assert.NotEmpty(RdmaDevice.GetDevices());
            return;
        }
        Assert.EndsWith(".", reason, StringComparison.Ordinal);
        Exception? failure = Record.Exception(() => new CmEventChannel().Dispose());
        Assert.True(failure is PlatformNotSupportedException or RdmaException, $"{failure}");
    }
}
