using System.Runtime.InteropServices;
using RdmaSharp.Interop;

namespace RdmaSharp;

/// <summary>Whether this machine can do RDMA.</summary>
public static class Rdma
{
    private static readonly Lazy<string?> MissingLibrary = new(FindMissingLibrary);

    /// <summary>
    /// True if the libraries load and there is at least one RDMA device. Asks the kernel each time (microseconds).
    /// </summary>
    public static bool IsSupported => UnsupportedReason is null;

    /// <summary>Why <see cref="IsSupported"/> is false, in a sentence, or null.</summary>
    public static string? UnsupportedReason => MissingLibrary.Value ?? FindMissingDevice();

    /// <summary>Turns a missing library into an exception that says so.</summary>
    internal static void RequireLibraries()
    {
        if (MissingLibrary.Value is { } reason)
            throw new PlatformNotSupportedException(reason);
    }

    private static string? FindMissingLibrary()
    {
        if (!OperatingSystem.IsLinux())
            return "RDMA verbs are supported on Linux only.";
        if (RuntimeInformation.ProcessArchitecture is not (Architecture.X64 or Architecture.Arm64))
            return $"RDMA verbs are supported on x86-64 and arm64, not {RuntimeInformation.ProcessArchitecture}.";
        foreach (string library in (ReadOnlySpan<string>)[LibIbverbs.Name, LibRdmaCm.Name])
        {
            if (!NativeLibrary.TryLoad(library, typeof(Rdma).Assembly, null, out _))
                return $"{library} cannot be loaded: install rdma-core (Debian: ibverbs-providers, librdmacm1).";
        }
        return null;
    }

    private static unsafe string? FindMissingDevice()
    {
        nint* list = LibIbverbs.GetDeviceList(out int count);
        if (list is null)
        {
            int errno = Marshal.GetLastPInvokeError();
            return errno == Errno.ENOSYS
                ? "The kernel has no RDMA support: the module ib_uverbs is not loaded."
                : $"RDMA devices cannot be listed: {Errno.NameOf(errno)}.";
        }
        LibIbverbs.FreeDeviceList(list);
        return count == 0 ? "There is no RDMA device (ibv_devices lists none)." : null;
    }
}
