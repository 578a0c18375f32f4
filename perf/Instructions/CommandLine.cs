using System.CommandLine;
using System.Net;

namespace FastSockets.Perf.Instructions;

/// <summary>The two measured processes, which run in the guest, and the report, which does not.</summary>
internal static class CommandLine
{
    public static RootCommand Root() => new("Counts the instructions of what Fast Sockets and its rivals do.")
    {
        Server(),
        Client(),
        Report(),
    };

    private static Command Server()
    {
        var transport = new Argument<string>("transport");
        var address = new Argument<string>("address");
        var only = Only();
        var command = new Command("server", "The far end of every operation.") { transport, address, only };
        command.SetAction(parsed => Ends.Serve(
            parsed.GetValue(transport)!, IPAddress.Parse(parsed.GetValue(address)!), parsed.GetValue(only)));
        return command;
    }

    private static Command Client()
    {
        var transport = new Argument<string>("transport");
        var server = new Argument<string>("server");
        var only = Only();
        var command = new Command("client", "The near end, which counts.") { transport, server, only };
        command.SetAction(parsed => Ends.Count(
            parsed.GetValue(transport)!, IPEndPoint.Parse(parsed.GetValue(server)!), parsed.GetValue(only)));
        return command;
    }

    private static Option<string?> Only() => new("--only") { Description = "One operation; both ends the same." };

    private static Command Report()
    {
        var folder = new Argument<string>("folder");
        var baseline = new Option<string>("--baseline") { DefaultValueFactory = _ => "perf/baseline.json" };
        var check = new Option<bool>("--check") { Description = "Fail on a loss against the baseline." };
        var accept = new Option<bool>("--accept") { Description = "Make these figures the baseline." };
        var command = new Command("report", "Puts the runs in a folder together.") { folder, baseline, check, accept };
        command.SetAction(parsed => ReportCommand.Run(
            parsed.GetValue(folder)!, parsed.GetValue(baseline)!, parsed.GetValue(check), parsed.GetValue(accept)));
        return command;
    }
}
