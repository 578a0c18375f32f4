namespace FastSockets.Perf.Tests;

/// <summary>Over a stand-in for ssh, which does on this host what it is told to do on the other.</summary>
public sealed class SshTests : IDisposable
{
    private const string Connected = """
        for last; do :; done
        exec sh -c "$last"
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ssh-tests-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Start_WithArgumentsThatAShellWouldTakeApart_PassesThemWhole()
    {
        string[] odd = ["a b", "it's", "$HOME", "", "*", "\"quoted\" \\ `x`"];
        using var ssh = await ConnectAsync(Connected);
        using var child = ssh.Start(["printf", "%s\n", .. odd]);
        Assert.Equal(string.Join('\n', odd) + "\n", await child.ReadToEndAsync(TestContext.Current.CancellationToken));
        Assert.Equal(0, await child.WaitAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Start_WhereTheShellsFilesPrint_PassesThatOver()
    {
        using var ssh = await ConnectAsync($"echo Welcome; printf 'no end'; {Connected}");
        using var whole = ssh.Start(["printf", "one\ntwo"]);
        Assert.Equal("one\ntwo", await whole.ReadToEndAsync(TestContext.Current.CancellationToken));
        using var lines = ssh.Start(["printf", "one\ntwo"]);
        Assert.Equal("one", await lines.ReadLineAsync(TestContext.Current.CancellationToken));
        Assert.Equal("two", await lines.ReadLineAsync(TestContext.Current.CancellationToken));
        Assert.Null(await lines.ReadLineAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Start_PassesVariablesOn_ButNotThoseThatNameThingsOfThisHost()
    {
        (string Name, bool IsPassed)[] variables =
        [
            ("FASTSOCKETS_SSH_TEST", true), ("FASTSOCKETS_DEVICES", false), ("DOTNET_STARTUP_HOOKS", false), ("DOTNET_DiagnosticPorts", false),
            ("DOTNET_ROOT", false),
        ];
        string?[] before = [.. variables.Select(variable => Environment.GetEnvironmentVariable(variable.Name))];
        string said;
        try
        {
            foreach (var (name, _) in variables)
                Environment.SetEnvironmentVariable(name, "it's here");
            // As over ssh: nothing is inherited.
            using var ssh = await ConnectAsync("for last; do :; done; exec env -i PATH=\"$PATH\" sh -c \"$last\"");
            using var child = ssh.Start(["env"]);
            said = await child.ReadToEndAsync(TestContext.Current.CancellationToken);
        }
        finally
        {
            foreach (var (variable, value) in variables.Zip(before))
                Environment.SetEnvironmentVariable(variable.Name, value);
        }
        Assert.All(variables, each => Assert.Equal(each.IsPassed, said.Split('\n').Contains($"{each.Name}=it's here")));
    }

    [Fact]
    public async Task Peer_OnThisHost_IsRefused()
    {
        var failure = await Assert.ThrowsAsync<MeasurementException>(() => Peer.ConnectAsync(
            "other", address: null, "verbs-latency", TestContext.Current.CancellationToken, StandIn(Connected)));
        Assert.Contains("other is this host", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Program_WhoseStandardInputEnds_Ends()
    {
        using var ssh = await ConnectAsync(Connected);
        using var child = ssh.Start([.. CpuTime.Command, "sh", "-c", "echo up; exec sleep 600"]);
        Assert.Equal("up", await child.ReadLineAsync(TestContext.Current.CancellationToken));
        child.Input.Close();
        Assert.NotEqual(0, await child.WaitAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Dispose_TakesTheFolderAway()
    {
        string folder;
        using (var ssh = await ConnectAsync(Connected))
        {
            folder = ssh.Folder;
            Assert.True(Directory.Exists(folder));
        }
        Assert.False(Directory.Exists(folder));
    }

    [Fact]
    public async Task Connect_ToAHostThatRefuses_SaysWhatSshSaid()
    {
        var failure = await Assert.ThrowsAsync<MeasurementException>(() => ConnectAsync("echo 'Permission denied' >&2; exit 255"));
        Assert.Contains("other is not reached by ssh without a password (status 255). Permission denied", failure.Message,
            StringComparison.Ordinal);
    }

    private Task<Ssh> ConnectAsync(string script) =>
        Ssh.ConnectAsync("other", TestContext.Current.CancellationToken, StandIn(script));

    private string StandIn(string script)
    {
        string program = Path.Combine(_folder.FullName, "ssh");
        File.WriteAllText(program, $"#!/bin/bash\n{script}\n");
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        return program;
    }
}
