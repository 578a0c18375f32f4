using System.CommandLine;
using System.Net;
using Rping;

Option<bool> server = new("-s") { Description = "Server: serve one client." };
Option<bool> client = new("-c") { Description = "Client." };
Option<string> address = new("-a") { Required = true, Description = "The server's address." };
Option<int> port = new("-p") { DefaultValueFactory = _ => 7174, Description = "The server's port." };
Option<int> count = new("-C") { Description = "Pings; 0 for ever." };
Option<int> size = new("-S") { DefaultValueFactory = _ => 64, Description = "Bytes of a ping." };
Option<bool> verbose = new("-v") { Description = "Show the data." };
Option<bool> validate = new("-V") { Description = "Compare the data." };

RootCommand root = new("RDMA ping-pong over the RDMA CM, compatible with rdma-core's rping(1).")
{
    server, client, address, port, count, size, verbose, validate,
};
root.Validators.Add(result =>
{
    if (result.GetValue(server) == result.GetValue(client))
        result.AddError("Either -s or -c.");
    if (result.GetValue(size) is < 32 or > 65536)
        result.AddError("-S takes 32 to 65536.");
});
root.SetAction(parsed =>
{
    var options = new Options(
        new IPEndPoint(IPAddress.Parse(parsed.GetValue(address)!), parsed.GetValue(port)),
        parsed.GetValue(count),
        parsed.GetValue(size),
        parsed.GetValue(verbose),
        parsed.GetValue(validate));
    if (parsed.GetValue(server))
        Server.Run(options);
    else
        Client.Run(options);
});
return root.Parse(args).Invoke();
