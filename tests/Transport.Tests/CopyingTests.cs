using System.Security.Cryptography;
using FastSockets.Transport.Memory;

namespace FastSockets.Transport.Tests;

public sealed class CopyingTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2048)]
    [InlineData(2049)]
    [InlineData(4096)]
    [InlineData(4097)]
    [InlineData(16384)]
    public void Copy_HoweverTheBuffersLieInTheirPages_IsTheSource_AndNoByteMore(int length)
    {
        const int Page = 4096;
        byte[] source = RandomNumberGenerator.GetBytes(length);
        byte[] around = GC.AllocateArray<byte>(length + (2 * Page), pinned: true);
        for (int offset = 0; offset < Page; offset += 11)
        {
            Array.Fill(around, (byte)0xA5);
            source.CopyAtSpeedTo(around.AsSpan(offset));
            Assert.True(around.AsSpan(offset, length).SequenceEqual(source), $"at {offset}");
            Assert.Equal(-1, around.AsSpan(0, offset).IndexOfAnyExcept((byte)0xA5));
            Assert.Equal(-1, around.AsSpan(offset + length).IndexOfAnyExcept((byte)0xA5));
        }
    }

    [Fact]
    public void Copy_ToTooSmallADestination_Throws()
    {
        for (int offset = 0; offset < 4096; offset += 11)
            Assert.Throws<ArgumentException>(() => new byte[5000].CopyAtSpeedTo(new byte[offset + 4999].AsSpan(offset)));
    }
}
