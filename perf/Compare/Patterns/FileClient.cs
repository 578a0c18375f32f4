using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;

namespace FastSockets.Perf;

/// <summary>
/// Copies a file, or its beginning, to the server: the time is from before the connection is made until the server says that it has
/// written the last byte.
/// </summary>
internal sealed class FileClient
{
    /// <summary>In the place of a length: the server stops accepting.</summary>
    public const long Last = 0;

    private const int ChunkSize = 256 << 10;
    private const long WarmUp = 64 << 10;

    // Far below the ephemeral ports that closed TCP connections hold for a minute.
    private const int Most = 500;

    private readonly byte[] _chunk = GC.AllocateArray<byte>(ChunkSize, pinned: true);
    private readonly Dictionary<long, byte[]> _hashes = [];

    public Figure[] Run(ITransport transport, IPEndPoint remote, Wait wait, string path, long length, Pace pace)
    {
        // Reading the file for its hash also brings it into the page cache, for whichever transport comes first.
        if (!_hashes.TryGetValue(length, out byte[]? hash))
            _hashes[length] = hash = Hash(path, length);
        using var file = File.OpenHandle(path);
        bool equal = true;
        long Copy(long count, byte[]? wanted)
        {
            long start = Stopwatch.GetTimestamp();
            using var connection = transport.Connect(remote, wait);
            connection.SendCount(count);
            int read;
            for (long offset = 0; offset < count; offset += read)
            {
                read = RandomAccess.Read(file, _chunk.AsSpan(0, (int)Math.Min(ChunkSize, count - offset)), offset);
                connection.Send(_chunk.AsSpan(0, read));
            }
            Span<byte> answer = stackalloc byte[SHA256.HashSizeInBytes];
            connection.Fill(answer[..1]);
            long ticks = Stopwatch.GetTimestamp() - start;
            connection.Fill(answer);
            equal &= wanted is null || answer.SequenceEqual(wanted);
            connection.FinishSending();
            return ticks;
        }

        Copy(Math.Min(length, WarmUp), null);
        var times = new List<double>();
        long begin = Stopwatch.GetTimestamp();
        do
            times.Add(Copy(length, hash));
        while (Stopwatch.GetTimestamp() - begin < pace.Measure && times.Count < Most);
        using (var connection = transport.Connect(remote, wait))
        {
            connection.SendCount(Last);
            connection.FinishSending();
        }
        double microseconds = Pace.ToMicroseconds((long)Median.Of(times));
        return
        [
            new(Metric.Bandwidth, length / microseconds),
            new(Metric.TransferTime, microseconds),
            new(Metric.HashEqual, equal ? 1 : 0),
        ];
    }

    private static byte[] Hash(string path, long length)
    {
        using var file = File.OpenRead(path);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] chunk = new byte[ChunkSize];
        for (long left = length; left > 0;)
        {
            int read = file.Read(chunk, 0, (int)Math.Min(chunk.Length, left));
            if (read == 0)
                throw new EndOfStreamException();
            hash.AppendData(chunk, 0, read);
            left -= read;
        }
        return hash.GetHashAndReset();
    }
}
