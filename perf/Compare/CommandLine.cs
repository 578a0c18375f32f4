using System.Globalization;
using System.CommandLine;
using System.Net;
using System.Net.Sockets;

namespace FastSockets.Perf;

/// <summary>The program's own options; its hidden sub-commands are the processes that it measures.</summary>
internal static class CommandLine
{
    public static RootCommand Root()
    {
        var quick = new Option<bool>("--quick") { Description = "Fewer sizes, shorter measurements: 4 minutes." };
        var output = new Option<string>("--output")
        {
            Description = "Folder for results.json and the charts.",
            DefaultValueFactory = _ => Setting("RESULTS", "perf/results"),
        };
        var rounds = new Option<int?>("--rounds") { Description = "How often each point is measured at most." };
        var timeLimit = new Option<double>("--time-limit")
        {
            Description = "Seconds: no round is begun that would not end in them.",
            DefaultValueFactory = _ => double.PositiveInfinity,
        };
        var sizes = new Option<string?>("--sizes") { Description = "Message sizes in bytes: 64,4096." };
        var only = new Option<string?>("--only") { Description = "PATTERN/TRANSPORT/WAIT, for development; * stands for all." };
        only.Validators.Add(result =>
        {
            if (Selection.Error(result.GetValue(only)) is { } error)
                result.AddError(error);
        });
        var baseline = new Option<string?>("--baseline") { Description = "An older results.json: print what moved." };
        var seed = new Option<int?>("--seed") { Description = "The order of the measurements." };
        var peer = new Option<string?>("--peer") { Description = "The host of the servers, by ssh (default: this one)." };
        var peerAddress = new Option<string?>("--peer-address") { Description = "An IPv4 address of an RDMA device there." };
        var file = new Option<string?>("--file") { Description = "The file to copy (default: the kernel's package)." };
        var verbsLatency = new Option<string>("--verbs-latency")
        {
            Description = "The program perf/verbs/verbs-latency.",
            DefaultValueFactory = _ => "perf/verbs/bin/verbs-latency",
        };
        var command = new Option<string>("--command")
        {
            Description = "What to write as the command line.",
            DefaultValueFactory = _ => Environment.CommandLine,
        };
        var commit = new Option<string>("--commit")
        {
            Description = "What to write as the commit.",
            DefaultValueFactory = _ => "unknown",
        };

        var root = new RootCommand("Compares Fast Sockets with its rivals on one RDMA link.")
        {
            quick, output, rounds, timeLimit, sizes, only, baseline, seed, peer, peerAddress, file, verbsLatency, command,
            commit,
        };
        root.Subcommands.Add(WorkerCommand("server", ServerWorker.Run));
        root.Subcommands.Add(WorkerCommand("client", ClientWorker.Run));
        root.Subcommands.Add(WorkerCommand("http-server", HttpServerWorker.Run));
        root.Subcommands.Add(WorkerCommand("http-client", HttpClientWorker.Run));
        root.Subcommands.Add(HostCommand());
        root.SetAction((parsed, cancellation) => SayFailureAsync(async () =>
        {
            string verbs = parsed.GetValue(verbsLatency)!;
            using IServerHost server = parsed.GetValue(peer) is { } host
                ? await Peer.ConnectAsync(host, parsed.GetValue(peerAddress), verbs, cancellation).ConfigureAwait(false)
                : new ThisHost(Here(), verbs);
            bool isQuick = parsed.GetValue(quick);
            string? sizeList = parsed.GetValue(sizes);
            var options = new CompareOptions
            {
                Output = parsed.GetValue(output)!,
                Here = server is Peer ? Towards(server.Environment) : server.Environment,
                Server = server,
                File = parsed.GetValue(file) ?? Setting("SOFT_ROCE_KERNEL_PACKAGE"),
                VerbsLatencyProgram = verbs,
                Commit = parsed.GetValue(commit)!,
                CommandLine = parsed.GetValue(command)!,
                Quick = isQuick,
                Rounds = parsed.GetValue(rounds) ?? 5,
                Seed = parsed.GetValue(seed) ?? Random.Shared.Next(1_000_000),
                // Many short measurements tell more than few long ones: what disturbs one differs from round to round.
                Seconds = isQuick ? 0.25 : 0.4,
                SpinBudget = SharedSpinBudget(),
                WarmUpSeconds = 0.1,
                TimeLimit = parsed.GetValue(timeLimit),
                Sizes = sizeList?.Split(',').Select(long.Parse).ToArray(),
                Baseline = parsed.GetValue(baseline),
                Only = new Selection(parsed.GetValue(only)),
            };
            return await CompareCommand.RunAsync(options, cancellation).ConfigureAwait(false);
        }));
        return root;
    }

    /// <summary>The default of this machine, which the product measures: once, for all processes of the run.</summary>
    private static TimeSpan SharedSpinBudget()
    {
        TimeSpan budget = new FastSocketsOptions().SpinBudget;
        Environment.SetEnvironmentVariable(
            "FASTSOCKETS_SPIN_US", budget.TotalMicroseconds.ToString("0", CultureInfo.InvariantCulture));
        return budget;
    }

    private static async Task<int> SayFailureAsync(Func<Task<int>> run)
    {
        try
        {
            return await run().ConfigureAwait(false);
        }
        catch (MeasurementException failure)
        {
            Console.Error.WriteLine($"perf/compare: {failure.Message}");
            return 1;
        }
    }

    private static HostEnvironment Here() =>
        HostFacts.Of(Setting("RDMA_DEVICE"), Setting("RDMA_ADDRESS"), Setting("RDMA_PROVIDED_BY", "device"));

    private static HostEnvironment Towards(HostEnvironment peer)
    {
        var (device, address) = RdmaPort.Towards(IPAddress.Parse(peer.Address));
        return HostFacts.Of(device, address.ToString(), Setting("RDMA_PROVIDED_BY", "device"));
    }

    /// <summary>Describes the host that it runs on, in a line: that of a peer.</summary>
    private static Command HostCommand()
    {
        var address = new Argument<string?>("address") { Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("host") { address };
        command.Hidden = true;
        command.SetAction((parsed, _) => SayFailureAsync(() =>
        {
            var host = parsed.GetValue(address) is { } wanted ? At(wanted) : Here();
            LineChannel.WriteLine(Console.Out, host, JsonContext.Default.HostEnvironment);
            return Task.FromResult(0);
        }));
        return command;
    }

    // perftest takes IPv4 only.
    private static HostEnvironment At(string address)
    {
        if (IPAddress.TryParse(address, out var own) && own.AddressFamily == AddressFamily.InterNetwork
            && RdmaPort.DeviceOf(own) is { } device)
        {
            return HostFacts.Of(device, address, "device");
        }
        string known = string.Join(", ", RdmaPort.Addresses());
        throw new MeasurementException(
            $"{address} is not an IPv4 address of an RDMA device of {Environment.MachineName}; "
            + (known.Length > 0 ? $"give one of these by --peer-address: {known}." : "no RDMA device there has one."));
    }

    private static Command WorkerCommand(string role, Func<TransportKind, IPAddress, int> run)
    {
        var transport = new Argument<string>("transport");
        var address = new Argument<string>("address");
        var command = new Command(role) { transport, address };
        command.Hidden = true;
        command.SetAction(parsed =>
        {
            var kind = Enum.GetValues<TransportKind>().Single(kind => Names.Of(kind) == parsed.GetValue(transport));
            return run(kind, IPAddress.Parse(parsed.GetValue(address)!));
        });
        return command;
    }

    private static string Setting(string name, string? otherwise = null) =>
        Environment.GetEnvironmentVariable(name) ?? otherwise
        ?? throw new InvalidOperationException($"{name} is not set: run this by perf/compare or soft-roce/run.");
}
