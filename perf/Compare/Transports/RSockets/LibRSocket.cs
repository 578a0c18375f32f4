using System.Runtime.InteropServices;

namespace FastSockets.Perf;

/// <summary>The calls of rsocket(7). A result below 0 is an error, with errno set.</summary>
internal static unsafe partial class LibRSocket
{
    private const string Name = "librdmacm.so.1";

    [LibraryImport(Name, EntryPoint = "rsocket", SetLastError = true)]
    public static partial int Create(int domain, int type, int protocol);

    [LibraryImport(Name, EntryPoint = "rbind", SetLastError = true)]
    public static partial int Bind(int socket, byte* address, uint length);

    [LibraryImport(Name, EntryPoint = "rlisten", SetLastError = true)]
    public static partial int Listen(int socket, int backlog);

    [LibraryImport(Name, EntryPoint = "raccept", SetLastError = true)]
    public static partial int Accept(int socket, byte* address, uint* length);

    [LibraryImport(Name, EntryPoint = "rconnect", SetLastError = true)]
    public static partial int Connect(int socket, byte* address, uint length);

    [LibraryImport(Name, EntryPoint = "rgetsockname", SetLastError = true)]
    public static partial int GetName(int socket, byte* address, ref uint length);

    [LibraryImport(Name, EntryPoint = "rsend", SetLastError = true)]
    public static partial nint Send(int socket, byte* data, nuint length, int flags);

    [LibraryImport(Name, EntryPoint = "rrecv", SetLastError = true)]
    public static partial nint Receive(int socket, byte* buffer, nuint length, int flags);

    [LibraryImport(Name, EntryPoint = "rshutdown", SetLastError = true)]
    public static partial int Shutdown(int socket, int how);

    [LibraryImport(Name, EntryPoint = "rclose", SetLastError = true)]
    public static partial int Close(int socket);
}
