using System.CommandLine;
using System.Net;
using PingPong;

Option<string> address = new("--address", "-a") { Required = true, Description = "The server's address." };
Option<int> port = new("--port", "-p") { DefaultValueFactory = _ => 18515, Description = "The server's port." };
Option<bool> server = new("--server", "-s") { Description = "Serve one client." };
Option<int> size = new("--size") { DefaultValueFactory = _ => 64, Description = "Bytes of a message." };
Option<int> iterations = new("--iterations", "-n") { DefaultValueFactory = _ => 1000, Description = "Round trips." };
Option<int> warmup = new("--warmup") { DefaultValueFactory = _ => 200, Description = "Round trips before those." };
Option<string> wait = new("--wait") { DefaultValueFactory = _ => "spin", Description = "How both ends wait." };
Option<bool> json = new("--json") { Description = "Print a line of JSON." };
wait.AcceptOnlyFromAmong("spin", "block");

RootCommand root = new("Round trip of RC sends over RDMA verbs.")
{
    address, port, server, size, iterations, warmup, wait, json,
};
root.SetAction(parsed =>
{
    var options = new Options(
        new IPEndPoint(IPAddress.Parse(parsed.GetValue(address)!), parsed.GetValue(port)),
        Math.Max(1, parsed.GetValue(size)),
        Math.Max(1, parsed.GetValue(iterations)),
        Math.Max(0, parsed.GetValue(warmup)),
        parsed.GetValue(wait) == "block",
        parsed.GetValue(json));
    if (parsed.GetValue(server))
        Server.Run(options);
    else
        Client.Run(options);
});
return root.Parse(args).Invoke();
