using System.Diagnostics;
using System.Security.Cryptography;

namespace FastSockets.Perf;

/// <summary>Copies a file to the server; the time ends when the server says that it has written the last byte.</summary>
internal sealed class FileClient
{
    private const int ChunkSize = 256 << 10;

    private byte[]? _sourceHash;

    public Figure[] Run(IConnection connection, string path)
    {
        // Reading the file for its hash also brings it into the page cache, for whichever transport comes first.
        _sourceHash ??= Hash(path);
        byte[] chunk = GC.AllocateArray<byte>(ChunkSize, pinned: true);
        using var file = File.OpenHandle(path);
        long length = RandomAccess.GetLength(file);

        long start = Stopwatch.GetTimestamp();
        connection.SendCount(length);
        int read;
        for (long offset = 0; (read = RandomAccess.Read(file, chunk, offset)) > 0; offset += read)
            connection.Send(chunk.AsSpan(0, read));
        Span<byte> written = stackalloc byte[1];
        connection.Fill(written);
        long ticks = Stopwatch.GetTimestamp() - start;

        byte[] farHash = new byte[SHA256.HashSizeInBytes];
        connection.Fill(farHash);
        return
        [
            new(Metric.Bandwidth, length / Pace.ToSeconds(ticks) / 1e6),
            new(Metric.HashEqual, farHash.AsSpan().SequenceEqual(_sourceHash) ? 1 : 0),
        ];
    }

    private static byte[] Hash(string path)
    {
        using var file = File.OpenRead(path);
        return SHA256.HashData(file);
    }
}
