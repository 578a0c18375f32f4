using System.Net;

namespace RdmaSharp.Tests.Unit;

public sealed class StructTests
{
    [Fact]
    public void Immediate_IsBigEndianInMemory()
    {
        var request = new SendWorkRequest { Immediate = 0x01020304 };
        var completion = new WorkCompletion { RawImmediate = request.RawImmediate };
        Assert.Equal([1, 2, 3, 4], BitConverter.GetBytes(request.RawImmediate));
        Assert.Equal(0x01020304u, completion.Immediate);
    }

    [Theory]
    [InlineData("10.77.0.1", "::ffff:10.77.0.1")]
    [InlineData("fd77::1", "fd77::1")]
    public void Gid_OfAnAddress_GoesBackAndForth(string address, string text)
    {
        Gid gid = Gid.FromAddress(IPAddress.Parse(address));
        Assert.Equal(text, gid.ToString());
        Assert.Equal(address, gid.ToAddress().ToString());
        Assert.Equal(gid, Gid.FromAddress(gid.ToAddress()));
        Assert.False(gid.IsEmpty);
        Assert.True(default(Gid).IsEmpty);
    }
}
