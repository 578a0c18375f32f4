using System.Runtime.InteropServices;

namespace FastSockets.Transport.Verbs;

/// <summary>The few system calls that sleeping on descriptors takes.</summary>
internal static partial class Descriptors
{
    private const short PollIn = 1;

    [StructLayout(LayoutKind.Sequential)]
    private struct PollFd
    {
        public int Descriptor;
        public short Events;
        public short Received;
    }

    /// <summary>poll(2) for reading. Which of the two can be read; neither after the time-out or a signal.</summary>
    public static unsafe (bool First, bool Second) Poll(int first, int second, int timeout)
    {
        PollFd* descriptors = stackalloc PollFd[2];
        descriptors[0] = new PollFd { Descriptor = first, Events = PollIn };
        descriptors[1] = new PollFd { Descriptor = second, Events = PollIn };
        return poll(descriptors, 2, timeout) > 0
            ? (descriptors[0].Received != 0, descriptors[1].Received != 0)
            : default;
    }

    [LibraryImport("libc", EntryPoint = "poll")]
    private static unsafe partial int poll(PollFd* descriptors, nuint count, int timeout);

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    internal static partial int eventfd(uint initial, int flags);

    [LibraryImport("libc", EntryPoint = "read")]
    internal static unsafe partial nint read(int descriptor, void* buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "write")]
    internal static unsafe partial nint write(int descriptor, void* buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "close")]
    internal static partial int close(int descriptor);
}

/// <summary>Wakes a thread that sleeps on descriptors: eventfd(2).</summary>
internal sealed class Doorbell : IDisposable
{
    private const int CloseOnExec = 0x80000;
    private const int NonBlocking = 0x800;

    public Doorbell()
    {
        Descriptor = Descriptors.eventfd(0, CloseOnExec | NonBlocking);
        if (Descriptor < 0)
            throw new IOException($"eventfd failed: {Marshal.GetLastPInvokeErrorMessage()}.");
    }

    public int Descriptor { get; }

    public unsafe void Ring()
    {
        ulong one = 1;
        Descriptors.write(Descriptor, &one, sizeof(ulong));
    }

    public unsafe void Silence()
    {
        ulong count;
        Descriptors.read(Descriptor, &count, sizeof(ulong));
    }

    public void Dispose() => _ = Descriptors.close(Descriptor);
}
