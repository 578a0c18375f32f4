using System.Runtime.InteropServices;

namespace RdmaSharp.Interop;

/// <summary>What the binding needs of the C library: descriptors, page-aligned memory, resource limits.</summary>
internal static unsafe partial class Libc
{
    private const string Name = "libc";
    private const int GetFlags = 3;
    private const int SetFlags = 4;
    private const int NonBlocking = 0x800;
    private const short PollIn = 1;
    private const int LimitMemlock = 8;

    /// <summary>Puts a descriptor in non-blocking mode.</summary>
    internal static void SetNonBlocking(int descriptor)
    {
        int flags = Fcntl(descriptor, GetFlags, 0);
        if (flags < 0 || Fcntl(descriptor, SetFlags, flags | NonBlocking) < 0)
            throw RdmaException.FromLastError("fcntl");
    }

    /// <summary>
    /// Waits until a descriptor is readable; false when the time-out passed. A signal does not end the wait.
    /// </summary>
    internal static bool WaitReadable(int descriptor, TimeSpan timeout)
    {
        long deadline = timeout == Timeout.InfiniteTimeSpan
            ? long.MaxValue
            : Environment.TickCount64 + (long)Math.Ceiling(timeout.TotalMilliseconds);
        while (true)
        {
            long left = deadline == long.MaxValue ? -1 : Math.Max(0, deadline - Environment.TickCount64);
            var entry = new PollEntry { Descriptor = descriptor, Events = PollIn };
            int ready = Poll(&entry, 1, (int)Math.Min(left, int.MaxValue));
            if (ready > 0)
                return true;
            if (ready < 0 && Marshal.GetLastPInvokeError() != Errno.EINTR)
                throw RdmaException.FromLastError("poll");
            if (ready == 0 && deadline != long.MaxValue && Environment.TickCount64 >= deadline)
                return false;
        }
    }

    /// <summary>The soft limit of locked memory in bytes, or null where there is none.</summary>
    internal static ulong? MemlockLimit()
    {
        ulong* limits = stackalloc ulong[2];
        return GetLimit(LimitMemlock, limits) == 0 && limits[0] != ulong.MaxValue ? limits[0] : null;
    }

    [LibraryImport(Name, EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Fcntl(int descriptor, int command, int argument);

    [LibraryImport(Name, EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll(PollEntry* entries, nuint count, int timeout);

    [LibraryImport(Name, EntryPoint = "getrlimit")]
    private static partial int GetLimit(int resource, ulong* limits);

    private struct PollEntry
    {
        internal int Descriptor;
        internal short Events;
        internal short Returned;
    }
}
