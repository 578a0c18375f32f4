using System.Buffers;
using System.IO.Pipelines;

namespace FastSockets.Perf;

/// <summary>Messages in a connection's pipes, written and looked at where they lie. Each is flushed, as each Send is a call.</summary>
internal static class PipeMessages
{
    public static async Task SendAsync(PipeWriter output, int size, long count)
    {
        for (long i = 0; i < count; i++)
        {
            // As with the other ways, where one message is sent again and again, none is made here.
            output.GetMemory(size);
            output.Advance(size);
            await output.FlushAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Takes so many bytes.</summary>
    public static async Task ConsumeAsync(PipeReader input, long left)
    {
        while (left > 0)
        {
            var result = await input.ReadAsync().ConfigureAwait(false);
            var some = result.Buffer.Slice(0, Math.Min(left, result.Buffer.Length));
            if (some.IsEmpty)
                throw new EndOfStreamException();
            left -= some.Length;
            input.AdvanceTo(some.End);
        }
    }

    /// <summary>One message whole, to be given back by AdvanceTo; empty at the end of the stream.</summary>
    public static async ValueTask<ReadOnlySequence<byte>> ReadAsync(PipeReader input, int size)
    {
        while (true)
        {
            var result = await input.ReadAsync().ConfigureAwait(false);
            if (result.Buffer.Length >= size)
                return result.Buffer.Slice(0, size);
            if (result.IsCompleted)
                return result.Buffer.IsEmpty ? default : throw new EndOfStreamException();
            input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }
    }
}
