namespace FastSockets.Perf;

/// <summary>Receives as many bytes as announced, answers with one, and again until the client is done.</summary>
internal static class StreamServer
{
    public const int BufferSize = 256 << 10;

    /// <summary>The processor time is that of the last batch, which is the one the client measures.</summary>
    public static Figure[] Run(IConnection connection, Point point)
    {
        byte[] buffer = GC.AllocateArray<byte>(BufferSize, pinned: true);
        Figure[] last = [];
        while (connection.ReceiveCount() is { } total)
        {
            double cpu = CpuClock.Microseconds;
            if (point.Wait == Wait.Async)
                Task.Run(() => ReceiveAsync(connection, buffer, total)).GetAwaiter().GetResult();
            else
                Receive(connection, buffer, total);
            last = [new(Metric.CpuPerByteServer, 1e3 * (CpuClock.Microseconds - cpu) / total)];
        }
        return last;
    }

    private static void Receive(IConnection connection, byte[] buffer, long left)
    {
        while (left > 0)
        {
            int got = connection.Receive(buffer.AsSpan(0, (int)Math.Min(buffer.Length, left)));
            left = got > 0 ? left - got : throw new EndOfStreamException();
        }
        connection.Send(buffer.AsSpan(0, 1));
    }

    private static async Task ReceiveAsync(IConnection connection, byte[] buffer, long left)
    {
        while (left > 0)
        {
            int got = await connection.ReceiveAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, left)))
                .ConfigureAwait(false);
            left = got > 0 ? left - got : throw new EndOfStreamException();
        }
        await connection.SendAsync(buffer.AsMemory(0, 1)).ConfigureAwait(false);
    }
}
