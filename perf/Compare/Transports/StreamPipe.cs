using System.IO.Pipelines;

namespace FastSockets.Perf;

/// <summary>The framework's own pipes over a stream: what a program has that wants pipes over TCP.</summary>
internal sealed class StreamPipe(Stream stream) : IDuplexPipe
{
    public PipeReader Input { get; } = PipeReader.Create(stream);

    public PipeWriter Output { get; } = PipeWriter.Create(stream);
}
