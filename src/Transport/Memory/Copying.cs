using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace FastSockets.Transport.Memory;

/// <summary>Copies of what is sent and received.</summary>
internal static unsafe class Copying
{
    /// <summary>Up to here the runtime copies by vectors of its own; above by libc's memmove, which takes REP MOVSB from some size on.</summary>
    private const int MostByVectors = 2048;

    private const int PageMask = 4095;

    // Measured with glibc 2.36: below 16 it takes six to ten times as long, at 16 twice, at 24 and from then on no longer.
    private const int Near = 24;

    /// <summary>
    /// As CopyTo, of spans that do not overlap. AMD's processors from Zen 3 on are many times slower at REP MOVSB where the destination lies a few bytes behind the
    /// source within their pages (glibc's bug 30994). Slabs are whole pages, so a program's buffer that lies so does for all of a stream.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void CopyAtSpeedTo(this ReadOnlySpan<byte> source, Span<byte> destination)
    {
        if (X86Base.IsSupported && source.Length > MostByVectors && IsSlow(source, destination))
            CopyByVectors(source, destination);
        else
            source.CopyTo(destination);
    }

    private static bool IsSlow(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        fixed (byte* from = source, to = destination)
            return (((nint)to - (nint)from) & PageMask) is > 0 and < Near;
    }

    private static void CopyByVectors(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        for (int count; source.Length > 0; source = source[count..], destination = destination[count..])
        {
            count = Math.Min(source.Length, MostByVectors);
            source[..count].CopyTo(destination);
        }
    }
}
