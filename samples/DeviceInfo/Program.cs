using System.CommandLine;
using DeviceInfo;
using RdmaSharp;

Option<string?> name = new("--device", "-d") { Description = "Only this device." };
Option<bool> list = new("--list", "-l") { Description = "Names only." };
Option<bool> verbose = new("--verbose", "-v") { Description = "All limits, and the GID table." };

RootCommand root = new("Lists RDMA devices and their ports, as ibv_devinfo does.") { name, list, verbose };
root.SetAction(parsed =>
{
    if (Rdma.UnsupportedReason is { } reason)
    {
        Console.Error.WriteLine(reason);
        return 1;
    }
    RdmaDevice[] devices =
        [.. RdmaDevice.GetDevices().Where(device => parsed.GetValue(name) is not { } wanted || device.Name == wanted)];
    if (devices.Length == 0)
    {
        Console.Error.WriteLine($"There is no device {parsed.GetValue(name)}.");
        return 1;
    }
    foreach (RdmaDevice device in devices)
    {
        if (parsed.GetValue(list))
            Console.WriteLine(device);
        else
            Printer.Print(device, parsed.GetValue(verbose));
    }
    return 0;
});
return root.Parse(args).Invoke();
