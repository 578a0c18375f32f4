using System.Text.Json;

namespace FastSockets.Perf;

/// <summary>This program again, as the client or the server of one transport.</summary>
internal sealed class WorkerProcess : IDisposable
{
    private readonly string _name;
    private readonly ChildProcess _child;

    /// <param name="program">How this program is started where <paramref name="start"/> starts it.</param>
    public WorkerProcess(
        Func<IReadOnlyList<string>, ChildProcess> start, IReadOnlyList<string> program, string role, TransportKind transport, string address)
    {
        _name = $"{Names.Of(transport)} {role}";
        _child = start([.. program, role, Names.Of(transport), address]);
    }

    public void Ask(WorkRequest request)
    {
        try
        {
            LineChannel.WriteLine(_child.Input, request, JsonContext.Default.WorkRequest);
        }
        catch (IOException failure)
        {
            throw new MeasurementException($"{_name} cannot be asked: {failure.Message}\n{_child.Errors}");
        }
    }

    public async Task<WorkReply> ReadAsync(CancellationToken cancellation)
    {
        string? line;
        try
        {
            line = await _child.ReadLineAsync(cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            throw new MeasurementException($"{_name} did not answer in time.\n{_child.Errors}");
        }
        if (line is null)
        {
            int status = await _child.WaitAsync(cancellation).ConfigureAwait(false);
            throw new MeasurementException($"{_name} ended with status {status}.\n{_child.Errors}");
        }
        try
        {
            return LineChannel.Parse(line, JsonContext.Default.WorkReply);
        }
        catch (JsonException)
        {
            throw new MeasurementException($"{_name} said: {line}\n{_child.Errors}");
        }
    }

    public void Dispose() => _child.Dispose();
}
