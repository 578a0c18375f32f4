namespace FastSockets.Perf.Tests;

public sealed class ProgramPairTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(500);

    [Fact]
    public async Task Server_ThatEndsBeforeItListens_IsNamedWithItsStatus()
    {
        var failure = await Failure("exit 3", "true", static (_, waiting) => Task.Delay(Timeout.Infinite, waiting));
        Assert.Contains("ended with status 3", failure.Message, StringComparison.Ordinal);
        Assert.False(failure.TimedOut);
    }

    [Fact]
    public async Task Server_ThatFailsAfterTheClientHasSucceeded_FailsTheRun() =>
        Assert.Contains("ended with status 3", (await Failure("echo up; exit 3", "true", FirstLine)).Message, StringComparison.Ordinal);

    [Fact]
    public async Task Client_OfAServerThatStaysSilent_TimesOut()
    {
        using var limit = new CancellationTokenSource();
        var failure = await Failure("echo up; sleep 60", "sleep 60", UpAsync, limit.Token);
        Assert.True(failure.TimedOut);

        async Task UpAsync(ChildProcess server, CancellationToken waiting)
        {
            await FirstLine(server, waiting);
            limit.CancelAfter(Soon);
        }
    }

    private static Task FirstLine(ChildProcess server, CancellationToken waiting) => server.ReadLineAsync(waiting);

    private static Task<MeasurementException> Failure(
        string server, string client, Func<ChildProcess, CancellationToken, Task> listening, CancellationToken cancellation = default) =>
        Assert.ThrowsAsync<MeasurementException>(() => ProgramPair.RunAsync(
            ChildProcess.Start, ["sh", "-c", server], ["sh", "-c", client], listening, cancellation));
}
