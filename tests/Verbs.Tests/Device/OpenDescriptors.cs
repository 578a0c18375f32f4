namespace RdmaSharp.Tests.Device;

/// <summary>Sockets, event channels and device files; not the files that the runtime opens and closes as it pleases.</summary>
internal static class OpenDescriptors
{
    public static int Count() => Directory.GetFiles("/proc/self/fd").Count(file =>
        new FileInfo(file).LinkTarget is { } target &&
        (target.StartsWith("socket:", StringComparison.Ordinal) || target.StartsWith("anon_inode:", StringComparison.Ordinal) ||
        target.StartsWith("/dev/infiniband", StringComparison.Ordinal)));
}
