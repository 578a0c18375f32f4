using System.IO.Pipelines;

namespace FastSockets.AspNetCore.Internal;

internal sealed class ConnectionPipe(PipeReader input, PipeWriter output) : IDuplexPipe
{
    public PipeReader Input => input;

    public PipeWriter Output => output;
}
