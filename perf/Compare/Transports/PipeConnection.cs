using System.Buffers;
using System.IO.Pipelines;

namespace FastSockets.Perf;

/// <summary>A connection that is used by its pipes alone. Its calls with memory of the caller's are for what is not measured.</summary>
internal sealed class PipeConnection(IConnection connection, IDuplexPipe pipe) : IConnection
{
    public PipeReader Input => pipe.Input;

    public PipeWriter Output => pipe.Output;

    public void Send(ReadOnlySpan<byte> data) => SendAsync(data.ToArray()).AsTask().GetAwaiter().GetResult();

    public int Receive(Span<byte> buffer)
    {
        byte[] copy = new byte[buffer.Length];
        int got = ReceiveAsync(copy).AsTask().GetAwaiter().GetResult();
        copy.AsSpan(0, got).CopyTo(buffer);
        return got;
    }

    public async ValueTask<int> SendAsync(ReadOnlyMemory<byte> data)
    {
        await Output.WriteAsync(data).ConfigureAwait(false);
        return data.Length;
    }

    public async ValueTask<int> ReceiveAsync(Memory<byte> buffer)
    {
        var result = await Input.ReadAsync().ConfigureAwait(false);
        var some = result.Buffer.Slice(0, Math.Min(buffer.Length, result.Buffer.Length));
        some.CopyTo(buffer.Span);
        Input.AdvanceTo(some.End);
        return (int)some.Length;
    }

    public void FinishSending() => connection.FinishSending();

    public void Dispose() => connection.Dispose();
}
