namespace RdmaSharp.Interop;

/// <summary>Linux error numbers (asm-generic: the same on x86-64 and arm64) and their names.</summary>
internal static class Errno
{
    internal const int EINTR = 4;
    internal const int EAGAIN = 11;
    internal const int ENOMEM = 12;
    internal const int EINVAL = 22;
    internal const int ENOSYS = 38;
    internal const int EOPNOTSUPP = 95;

    private static readonly string?[] Names = BuildNames();

    /// <summary>The symbolic name of an error number, as in errno.h.</summary>
    internal static string NameOf(int errno) =>
        (uint)errno < (uint)Names.Length && Names[errno] is { } name ? name : "E" + errno;

    private static string?[] BuildNames()
    {
        const string first =
            "EPERM ENOENT ESRCH EINTR EIO ENXIO E2BIG ENOEXEC EBADF ECHILD EAGAIN ENOMEM EACCES EFAULT ENOTBLK EBUSY " +
            "EEXIST EXDEV ENODEV ENOTDIR EISDIR EINVAL ENFILE EMFILE ENOTTY ETXTBSY EFBIG ENOSPC ESPIPE EROFS EMLINK " +
            "EPIPE EDOM ERANGE EDEADLK ENAMETOOLONG ENOLCK ENOSYS ENOTEMPTY ELOOP";
        const string fromEProto = "EPROTO";
        const string fromENotSock =
            "ENOTSOCK EDESTADDRREQ EMSGSIZE EPROTOTYPE ENOPROTOOPT EPROTONOSUPPORT ESOCKTNOSUPPORT EOPNOTSUPP " +
            "EPFNOSUPPORT EAFNOSUPPORT EADDRINUSE EADDRNOTAVAIL ENETDOWN ENETUNREACH ENETRESET ECONNABORTED ECONNRESET " +
            "ENOBUFS EISCONN ENOTCONN ESHUTDOWN ETOOMANYREFS ETIMEDOUT ECONNREFUSED EHOSTDOWN EHOSTUNREACH EALREADY " +
            "EINPROGRESS ESTALE";
        var names = new string?[117];
        Fill(1, first);
        Fill(71, fromEProto);
        Fill(75, "EOVERFLOW");
        Fill(88, fromENotSock);
        return names;

        void Fill(int start, string list)
        {
            foreach (string name in list.Split(' '))
                names[start++] = name;
        }
    }
}
