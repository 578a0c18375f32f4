namespace FastSockets.Perf;

/// <summary>A program that is run twice, as server and as client.</summary>
internal static class ProgramPair
{
    /// <summary>Returns what the client printed.</summary>
    /// <param name="listening">Completes when the server can be connected to.</param>
    public static async Task<string> RunAsync(
        string program,
        IReadOnlyList<string> serverArguments,
        IReadOnlyList<string> clientArguments,
        Func<ChildProcess, CancellationToken, Task> listening,
        IReadOnlyDictionary<string, string> variables,
        CancellationToken cancellation)
    {
        using var server = ChildProcess.Start(program, serverArguments, variables);
        try
        {
            await listening(server, cancellation).ConfigureAwait(false);
            // Read to the end, although the client prints the same: a full pipe would stop the server.
            var serverOutput = server.Output.ReadToEndAsync(cancellation);
            using var client = ChildProcess.Start(program, clientArguments, variables);
            string output = await client.Output.ReadToEndAsync(cancellation).ConfigureAwait(false);
            int status = await client.WaitAsync(cancellation).ConfigureAwait(false);
            if (status != 0)
                throw new MeasurementException(Describe($"ended with status {status}.\n{output}{client.Errors}"));
            await serverOutput.ConfigureAwait(false);
            await server.WaitAsync(cancellation).ConfigureAwait(false);
            return output;
        }
        catch (OperationCanceledException)
        {
            throw new MeasurementException(Describe($"did not end in time. {server.Errors}"));
        }

        string Describe(string what) => $"{program} {string.Join(' ', clientArguments)} {what}";
    }
}
