using System.ComponentModel;
using System.Runtime.InteropServices;

namespace RdmaSharp.Tests.Device;

/// <summary>Makes the locked-memory limit count even for root, on one thread.</summary>
internal static unsafe partial class LockedMemory
{
    private const int Memlock = 8;
    private const int IpcLock = 14;
    private const uint CapabilityVersion3 = 0x20080522;

    internal static T WithLimit<T>(ulong bytes, Func<T> action)
    {
        ulong* old = stackalloc ulong[2];
        ulong* limited = stackalloc ulong[2];
        Check(GetLimit(Memlock, old));
        (limited[0], limited[1]) = (bytes, old[1]);
        Check(SetLimit(Memlock, limited));
        try
        {
            // Capabilities belong to a thread, so the loss of this one ends with it.
            Task<T> task = Task.Factory.StartNew(
                () =>
                {
                    DropIpcLock();
                    return action();
                },
                CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            return task.GetAwaiter().GetResult();
        }
        finally
        {
            Check(SetLimit(Memlock, old));
        }
    }

    private static void DropIpcLock()
    {
        uint* header = stackalloc uint[] { CapabilityVersion3, 0 };
        uint* sets = stackalloc uint[6]; // Effective, permitted, inheritable; twice 32 bits.
        Check(GetCapabilities(header, sets));
        sets[0] &= ~(1u << IpcLock);
        Check(SetCapabilities(header, sets));
    }

    private static void Check(int result)
    {
        if (result != 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError());
    }

    [LibraryImport("libc", EntryPoint = "getrlimit", SetLastError = true)]
    private static partial int GetLimit(int resource, ulong* limits);

    [LibraryImport("libc", EntryPoint = "setrlimit", SetLastError = true)]
    private static partial int SetLimit(int resource, ulong* limits);

    [LibraryImport("libc", EntryPoint = "capget", SetLastError = true)]
    private static partial int GetCapabilities(uint* header, uint* data);

    [LibraryImport("libc", EntryPoint = "capset", SetLastError = true)]
    private static partial int SetCapabilities(uint* header, uint* data);
}
