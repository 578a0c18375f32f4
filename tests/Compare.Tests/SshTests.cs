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
        Assert.Equal(string.Join('\n', odd) + "\n", await child.Output.ReadToEndAsync(TestContext.Current.CancellationToken));
        Assert.Equal(0, await child.WaitAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Program_WhoseStandardInputEnds_Ends()
    {
        using var ssh = await ConnectAsync(Connected);
        using var child = ssh.Start([.. CpuTime.Command, "sh", "-c", "echo up; exec sleep 600"]);
        Assert.Equal("up", await child.Output.ReadLineAsync(TestContext.Current.CancellationToken));
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

    private Task<Ssh> ConnectAsync(string script)
    {
        string program = Path.Combine(_folder.FullName, "ssh");
        File.WriteAllText(program, $"#!/bin/bash\n{script}\n");
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        return Ssh.ConnectAsync("other", TestContext.Current.CancellationToken, program);
    }
}
