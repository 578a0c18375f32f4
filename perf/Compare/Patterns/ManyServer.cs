using System.Buffers.Binary;

namespace FastSockets.Perf;

/// <summary>Receives from many connections at once; answers on the first when all that it announced have come.</summary>
internal sealed class ManyServer : IDisposable
{
    private const int BufferSize = 4 << 10;

    private readonly SemaphoreSlim _complete = new(0);
    private long _expected = -1;
    private long _received;

    public static void Run(IListener listener, Point point)
    {
        using var server = new ManyServer();
        Task.Run(() => server.ServeAsync(listener, point.Connections)).GetAwaiter().GetResult();
    }

    public void Dispose() => _complete.Dispose();

    private async Task ServeAsync(IListener listener, int count)
    {
        using var control = listener.Accept();
        var connections = new List<IConnection>(count);
        for (int i = 0; i < count; i++)
            connections.Add(listener.Accept());
        var receiving = connections.Select(ReceiveAsync).ToArray();
        await AnswerAsync(control).ConfigureAwait(false);
        await Task.WhenAll(receiving).ConfigureAwait(false);
        foreach (var connection in connections)
            connection.Dispose();
    }

    /// <summary>The client announces how many bytes it will have sent in all, and sends no more before the answer.</summary>
    private async Task AnswerAsync(IConnection control)
    {
        byte[] header = new byte[PatternHeader.Size];
        while (await FillAsync(control, header).ConfigureAwait(false))
        {
            long expected = BinaryPrimitives.ReadInt64LittleEndian(header);
            Interlocked.Exchange(ref _expected, expected);
            // Looks after every wake-up: the bytes may have come before their announcement.
            while (Interlocked.Read(ref _received) != expected)
                await _complete.WaitAsync().ConfigureAwait(false);
            await control.SendAsync(header.AsMemory(0, 1)).ConfigureAwait(false);
        }
    }

    private async Task ReceiveAsync(IConnection connection)
    {
        byte[] buffer = GC.AllocateUninitializedArray<byte>(BufferSize, pinned: true);
        while (await connection.ReceiveAsync(buffer).ConfigureAwait(false) is var got && got > 0)
        {
            if (Interlocked.Add(ref _received, got) == Interlocked.Read(ref _expected))
                _complete.Release();
        }
    }

    private static async Task<bool> FillAsync(IConnection connection, byte[] buffer)
    {
        for (int filled = 0; filled < buffer.Length;)
        {
            int got = await connection.ReceiveAsync(buffer.AsMemory(filled)).ConfigureAwait(false);
            if (got == 0)
                return false;
            filled += got;
        }
        return true;
    }
}
