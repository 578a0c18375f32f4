using System.IO.Pipelines;

namespace FastSockets.Perf;

/// <summary>
/// The framework's own pipes over a stream: what a program has that wants pipes over TCP. It reads as much at a time as every other
/// receiver here, and not the 4 KiB of the default.
/// </summary>
internal sealed class StreamPipe(Stream stream) : IDuplexPipe
{
    public PipeReader Input { get; } =
        PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: StreamServer.BufferSize));

    public PipeWriter Output { get; } = PipeWriter.Create(stream);
}
