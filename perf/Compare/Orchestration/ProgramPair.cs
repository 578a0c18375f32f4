namespace FastSockets.Perf;

/// <summary>A program that is run twice: as client here, and as server here or on another host.</summary>
internal static class ProgramPair
{
    /// <param name="listening">Completes when the server can be connected to.</param>
    public static async Task<ProgramRun> RunAsync(
        Func<IReadOnlyList<string>, ChildProcess> startServer,
        IReadOnlyList<string> serverCommand,
        IReadOnlyList<string> clientCommand,
        Func<ChildProcess, CancellationToken, Task> listening,
        CancellationToken cancellation)
    {
        using var server = startServer([.. CpuTime.Command, .. serverCommand]);
        var serverEnd = server.WaitAsync(cancellation);
        bool isListening = false;
        try
        {
            var up = listening(server, cancellation);
            if (await Task.WhenAny(up, serverEnd).ConfigureAwait(false) != up)
                throw Failure(serverCommand, $"ended with status {await serverEnd.ConfigureAwait(false)}.\n{server.Errors}");
            await up.ConfigureAwait(false);
            isListening = true;
            // Read to the end, although the client prints the same: a full pipe would stop the server.
            var serverOutput = server.ReadToEndAsync(cancellation);
            using var client = ChildProcess.Start([.. CpuTime.Command, .. clientCommand]);
            string output = await client.ReadToEndAsync(cancellation).ConfigureAwait(false);
            int status = await client.WaitAsync(cancellation).ConfigureAwait(false);
            if (status != 0)
                throw Failure(clientCommand, $"ended with status {status}.\n{output}{client.Errors}\n{server.Errors}");
            string said = await serverOutput.ConfigureAwait(false);
            status = await serverEnd.ConfigureAwait(false);
            if (status != 0)
                throw Failure(serverCommand, $"ended with status {status}.\n{said}{server.Errors}");
            return new ProgramRun(output, said, CpuTime.Read(client.Errors), CpuTime.Read(server.Errors));
        }
        catch (OperationCanceledException)
        {
            throw new MeasurementException(Describe(clientCommand, $"did not end in time. {server.Errors}"))
            {
                TimedOut = isListening && !serverEnd.IsCompletedSuccessfully,
            };
        }

        static MeasurementException Failure(IReadOnlyList<string> command, string what) => new(Describe(command, what));

        static string Describe(IReadOnlyList<string> command, string what) => $"{string.Join(' ', command)} {what}";
    }
}
