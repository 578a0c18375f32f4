namespace FastSockets.Integration.Tests;

/// <summary>
/// A word from one host to the other by the results folder, which both see: for when there is no network. Nor do they share a clock:
/// that of a loaded emulated machine may run several times too fast.
/// </summary>
internal sealed class Signal(string name)
{
    private readonly string _path = Path.Combine(Environment.GetEnvironmentVariable("RESULTS")!, name);

    /// <summary>Takes back what an earlier run has said.</summary>
    public void Clear() => File.Delete(_path);

    public void Raise() => File.WriteAllText(_path, "");

    public async Task AwaitAsync()
    {
        while (!File.Exists(_path))
            await Task.Delay(200);
    }
}
