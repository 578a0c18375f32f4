using System.Runtime.InteropServices;
using RdmaSharp.Interop;

namespace RdmaSharp.Tests.Unit;

public sealed partial class ErrnoTests
{
    [Fact]
    public void NameOf_EveryNumber_IsWhatTheCLibrarySays()
    {
        for (int errno = 1; errno < 140; errno++)
        {
            string expected = Marshal.PtrToStringUTF8(NameInLibrary(errno)) ?? $"E{errno}";
            Assert.Equal(expected, Errno.NameOf(errno));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    [InlineData(int.MaxValue)]
    public void NameOf_NoErrno_IsTheNumber(int errno) => Assert.Equal($"E{errno}", Errno.NameOf(errno));

    [LibraryImport("libc", EntryPoint = "strerrorname_np")]
    private static partial nint NameInLibrary(int errno);
}
