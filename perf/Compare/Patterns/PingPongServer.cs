using System.Buffers;

namespace FastSockets.Perf;

/// <summary>Returns each message once all of it has come.</summary>
internal sealed class PingPongServer
{
    // Code that runs for the first time is compiled on the first messages.
    private const int Uncounted = Samples.Least;

    private long _messages;
    private double _cpuAtStart;

    public Figure[] Run(IConnection connection, Point point)
    {
        byte[] message = GC.AllocateArray<byte>((int)point.Size, pinned: true);
        if (point.Wait is Wait.Spin or Wait.Block)
            Echo(connection, message);
        else if (connection is PipeConnection pipe)
            Task.Run(() => EchoAsync(pipe, message.Length)).GetAwaiter().GetResult();
        else
            Task.Run(() => EchoAsync(connection, message)).GetAwaiter().GetResult();
        double cpu = CpuClock.Microseconds - _cpuAtStart;
        return _messages > Uncounted ? [new(Metric.CpuPerMessageServer, cpu / (_messages - Uncounted))] : [];
    }

    private void Echo(IConnection connection, byte[] message)
    {
        while (connection.TryFill(message))
        {
            connection.Send(message);
            Count();
        }
    }

    private async Task EchoAsync(IConnection connection, byte[] message)
    {
        while (true)
        {
            for (int filled = 0; filled < message.Length;)
            {
                int got = await connection.ReceiveAsync(message.AsMemory(filled)).ConfigureAwait(false);
                if (got == 0)
                    return;
                filled += got;
            }
            await connection.SendAsync(message).ConfigureAwait(false);
            Count();
        }
    }

    private async Task EchoAsync(PipeConnection pipe, int size)
    {
        while (await PipeMessages.ReadAsync(pipe.Input, size).ConfigureAwait(false) is { IsEmpty: false } message)
        {
            foreach (var part in message)
                pipe.Output.Write(part.Span);
            pipe.Input.AdvanceTo(message.End);
            await pipe.Output.FlushAsync().ConfigureAwait(false);
            Count();
        }
    }

    private void Count()
    {
        if (++_messages == Uncounted)
            _cpuAtStart = CpuClock.Microseconds;
    }
}
