using System.Globalization;
using System.CommandLine;
using System.Net;

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
        var only = new Option<string?>("--only") { Description = "PATTERN/TRANSPORT, for development; * stands for all." };
        only.Validators.Add(result =>
        {
            if (Selection.Error(result.GetValue(only)) is { } error)
                result.AddError(error);
        });
        var baseline = new Option<string?>("--baseline") { Description = "An older results.json: print what moved." };
        var seed = new Option<int?>("--seed") { Description = "The order of the measurements." };
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
            quick, output, rounds, timeLimit, sizes, only, baseline, seed, file, verbsLatency, command, commit,
        };
        root.Subcommands.Add(WorkerCommand("server", ServerWorker.Run));
        root.Subcommands.Add(WorkerCommand("client", ClientWorker.Run));
        root.Subcommands.Add(WorkerCommand("http-server", HttpServerWorker.Run));
        root.Subcommands.Add(WorkerCommand("http-client", HttpClientWorker.Run));
        root.SetAction((parsed, cancellation) =>
        {
            bool isQuick = parsed.GetValue(quick);
            string? sizeList = parsed.GetValue(sizes);
            var options = new CompareOptions
            {
                Output = parsed.GetValue(output)!,
                Device = Setting("RDMA_DEVICE"),
                Address = Setting("RDMA_ADDRESS"),
                ProvidedBy = Setting("RDMA_PROVIDED_BY", "device"),
                File = parsed.GetValue(file) ?? Setting("SOFT_ROCE_KERNEL_PACKAGE"),
                VerbsLatencyProgram = parsed.GetValue(verbsLatency)!,
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
            return CompareCommand.RunAsync(options, cancellation);
        });
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
