namespace FastSockets.Perf;

/// <summary>A program that is run twice, as server and as client.</summary>
internal static class ProgramPair
{
    /// <param name="listening">Completes when the server can be connected to.</param>
    public static async Task<ProgramRun> RunAsync(
        string program,
        IReadOnlyList<string> serverArguments,
        IReadOnlyList<string> clientArguments,
        Func<ChildProcess, CancellationToken, Task> listening,
        IReadOnlyDictionary<string, string> variables,
        CancellationToken cancellation)
    {
        using var server = Start(serverArguments);
        try
        {
            await listening(server, cancellation).ConfigureAwait(false);
            // Read to the end, although the client prints the same: a full pipe would stop the server.
            var serverOutput = server.Output.ReadToEndAsync(cancellation);
            using var client = Start(clientArguments);
            string output = await client.Output.ReadToEndAsync(cancellation).ConfigureAwait(false);
            int status = await client.WaitAsync(cancellation).ConfigureAwait(false);
            if (status != 0)
                throw new MeasurementException(Describe($"ended with status {status}.\n{output}{client.Errors}"));
            string said = await serverOutput.ConfigureAwait(false);
            await server.WaitAsync(cancellation).ConfigureAwait(false);
            return new ProgramRun(output, said, CpuTime.Read(client.Errors), CpuTime.Read(server.Errors));
        }
        catch (OperationCanceledException)
        {
            throw new MeasurementException(Describe($"did not end in time. {server.Errors}"));
        }

        ChildProcess Start(IReadOnlyList<string> arguments) =>
            ChildProcess.Start(CpuTime.Command[0], [.. CpuTime.Command.Skip(1), program, .. arguments], variables);

        string Describe(string what) => $"{program} {string.Join(' ', clientArguments)} {what}";
    }
}
