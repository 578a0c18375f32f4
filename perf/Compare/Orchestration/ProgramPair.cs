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
        var serverEnd = server.WaitAsync(cancellation);
        bool isListening = false;
        try
        {
            var up = listening(server, cancellation);
            if (await Task.WhenAny(up, serverEnd).ConfigureAwait(false) != up)
                throw Failure(serverArguments, $"ended with status {await serverEnd.ConfigureAwait(false)}.\n{server.Errors}");
            await up.ConfigureAwait(false);
            isListening = true;
            // Read to the end, although the client prints the same: a full pipe would stop the server.
            var serverOutput = server.Output.ReadToEndAsync(cancellation);
            using var client = Start(clientArguments);
            string output = await client.Output.ReadToEndAsync(cancellation).ConfigureAwait(false);
            int status = await client.WaitAsync(cancellation).ConfigureAwait(false);
            if (status != 0)
                throw Failure(clientArguments, $"ended with status {status}.\n{output}{client.Errors}\n{server.Errors}");
            string said = await serverOutput.ConfigureAwait(false);
            status = await serverEnd.ConfigureAwait(false);
            if (status != 0)
                throw Failure(serverArguments, $"ended with status {status}.\n{said}{server.Errors}");
            return new ProgramRun(output, said, CpuTime.Read(client.Errors), CpuTime.Read(server.Errors));
        }
        catch (OperationCanceledException)
        {
            throw new MeasurementException(Describe(clientArguments, $"did not end in time. {server.Errors}"))
            {
                TimedOut = isListening && !serverEnd.IsCompletedSuccessfully,
            };
        }

        ChildProcess Start(IReadOnlyList<string> arguments) =>
            ChildProcess.Start(CpuTime.Command[0], [.. CpuTime.Command.Skip(1), program, .. arguments], variables);

        MeasurementException Failure(IReadOnlyList<string> arguments, string what) => new(Describe(arguments, what));

        string Describe(IReadOnlyList<string> arguments, string what) => $"{program} {string.Join(' ', arguments)} {what}";
    }
}
