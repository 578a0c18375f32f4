using System.Diagnostics;

namespace FastSockets.Integration.Tests;

/// <summary>
/// Silences this host: nothing that it sends leaves it, answers to ARP and acknowledgements included, until this is disposed. What
/// arrives is still taken: an interface that is down would stop the virtual link, so that the other host's packets would
/// not get lost but wait for ever.
/// </summary>
internal sealed class Silence : IDisposable
{
    private readonly string _interface;

    public Silence()
    {
        string device = Environment.GetEnvironmentVariable("RDMA_DEVICE")!;
        Assert.StartsWith("vm-", Environment.GetEnvironmentVariable("RDMA_PROVIDED_BY"));
        _interface = File.ReadAllText($"/sys/class/infiniband/{device}/ports/1/gid_attrs/ndevs/0").Trim();
        Tc("replace", "netem", "loss", "100%");
    }

    public void Dispose() => Tc("del");

    private void Tc(string verb, params string[] discipline)
    {
        using Process tc = Process.Start("tc", ["qdisc", verb, "dev", _interface, "root", .. discipline]);
        tc.WaitForExit();
        Assert.Equal(0, tc.ExitCode);
    }
}
