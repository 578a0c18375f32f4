// A chat as a tutorial on sockets has it: the server passes each line on to everybody.
//   Chat server PORT
//   Chat client HOST PORT NAME
using System.Net;
using System.Net.Sockets;
using System.Text;

switch (args)
{
    case ["server", var port]:
        await ServeAsync(int.Parse(port));
        return 0;
    case ["client", var host, var port, var name]:
        await TalkAsync(host, int.Parse(port), name);
        return 0;
    default:
        Console.Error.WriteLine("usage: Chat server PORT | Chat client HOST PORT NAME");
        return 2;
}

static async Task ServeAsync(int port)
{
    using Socket listener = new(SocketType.Stream, ProtocolType.Tcp);
    listener.Bind(new IPEndPoint(IPAddress.IPv6Any, port));
    listener.Listen(100);
    Console.WriteLine($"listening on {listener.LocalEndPoint}");

    var members = new List<Socket>();
    while (true)
    {
        Socket member = await listener.AcceptAsync();
        lock (members)
            members.Add(member);
        _ = PassOnAsync(member, members);
    }
}

static async Task PassOnAsync(Socket member, List<Socket> members)
{
    try
    {
        await foreach (string line in ReadLinesAsync(member))
        {
            Console.WriteLine(line);
            Socket[] present;
            lock (members)
                present = [.. members];
            foreach (Socket each in present)
                await TrySendLineAsync(each, line);
        }
    }
    catch (SocketException exception)
    {
        Console.WriteLine($"{exception.SocketErrorCode}");
    }

    lock (members)
        members.Remove(member);
    member.Close();
}

static async Task TrySendLineAsync(Socket member, string line)
{
    try
    {
        await SendLineAsync(member, line);
    }
    catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
    {
        // The others get the line all the same; whoever reads this member's lines takes it off the list.
    }
}

static async Task TalkAsync(string host, int port, string name)
{
    using Socket client = new(SocketType.Stream, ProtocolType.Tcp);
    await client.ConnectAsync(host, port);
    Task showing = ShowAsync(client);
    while (await Console.In.ReadLineAsync() is { } line)
        await SendLineAsync(client, $"{name}: {line}");

    client.Shutdown(SocketShutdown.Send);
    await showing;
}

static async Task ShowAsync(Socket client)
{
    await foreach (string line in ReadLinesAsync(client))
        Console.WriteLine(line);
}

static async Task SendLineAsync(Socket socket, string line)
{
    ReadOnlyMemory<byte> rest = Encoding.UTF8.GetBytes(line + "\n");
    while (rest.Length > 0)
        rest = rest[await socket.SendAsync(rest, SocketFlags.None)..];
}

static async IAsyncEnumerable<string> ReadLinesAsync(Socket socket)
{
    byte[] buffer = new byte[1024];
    var line = new MemoryStream();
    while (await socket.ReceiveAsync(buffer, SocketFlags.None) is > 0 and int received)
    {
        for (int i = 0; i < received; i++)
        {
            if (buffer[i] != '\n')
            {
                line.WriteByte(buffer[i]);
                continue;
            }

            yield return Encoding.UTF8.GetString(line.ToArray());
            line.SetLength(0);
        }
    }
}
