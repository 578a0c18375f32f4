using System.Security.Cryptography;

namespace FastSockets.Perf;

/// <summary>
/// Writes what comes to a file, says so, then reads the file back and answers with its SHA-256; one file a connection, until the client
/// says that it was the last.
/// </summary>
internal static class FileServer
{
    public static void Run(IListener listener)
    {
        byte[] buffer = GC.AllocateArray<byte>(StreamServer.BufferSize, pinned: true);
        while (true)
        {
            using var connection = listener.Accept();
            long length = connection.ReceiveCount() ?? throw new EndOfStreamException();
            if (length == FileClient.Last)
                return;
            Take(connection, length, buffer);
        }
    }

    private static void Take(IConnection connection, long length, byte[] buffer)
    {
        string path = Path.Combine(Path.GetTempPath(), $"fastsockets-copy-{Environment.ProcessId}");
        using var file = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.ReadWrite,
            BufferSize = 0,
            Options = FileOptions.DeleteOnClose,
        });
        while (file.Length < length)
        {
            int got = connection.Receive(buffer);
            if (got == 0)
                throw new EndOfStreamException();
            file.Write(buffer.AsSpan(0, got));
        }
        connection.Send(buffer.AsSpan(0, 1));

        file.Position = 0;
        connection.Send(SHA256.HashData(file));
        connection.Receive(buffer);
    }
}
