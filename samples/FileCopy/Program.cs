// Copies one file: the name and length in a line, then the bytes; the answer is the SHA-256 of what came.
//   FileCopy receive PORT FOLDER
//   FileCopy send FILE HOST PORT
using System.Buffers;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using FastSockets;

switch (args)
{
    case ["receive", var port, var folder]:
        await ReceiveAsync(int.Parse(port), folder);
        return 0;
    case ["send", var file, var host, var port]:
        return await SendAsync(file, host, int.Parse(port));
    default:
        Console.Error.WriteLine("usage: FileCopy receive PORT FOLDER | FileCopy send FILE HOST PORT");
        return 2;
}

static async Task ReceiveAsync(int port, string folder)
{
    using var listener = new FastSocket(SocketType.Stream, ProtocolType.Tcp);
    listener.Bind(new IPEndPoint(IPAddress.IPv6Any, port));
    listener.Listen();
    Console.WriteLine($"listening on {listener.LocalEndPoint}");
    using FastSocket peer = await listener.AcceptAsync();

    string[] header = (await ReadLineAsync(peer)).Split('\t');
    long left = long.Parse(header[1]);
    // Whatever the peer calls it, it stays in the folder.
    await using FileStream file = File.Create(Path.Combine(folder, Path.GetFileName(header[0])));
    using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    // The pool's memory is registered: by RDMA the peer's device writes into it.
    using IMemoryOwner<byte> buffer = FastMemoryPool.Shared.Rent(1 << 20);
    while (left > 0)
    {
        Memory<byte> room = buffer.Memory[..(int)Math.Min(left, buffer.Memory.Length)];
        int received = await peer.ReceiveAsync(room, SocketFlags.None);
        if (received == 0)
            throw new EndOfStreamException($"{left} bytes did not come");

        hash.AppendData(room.Span[..received]);
        await file.WriteAsync(room[..received]);
        left -= received;
    }

    await peer.SendAsync(Encoding.ASCII.GetBytes(Convert.ToHexString(hash.GetHashAndReset()) + "\n"));
    Console.WriteLine($"{file.Name}: {file.Length} bytes by {peer.Transport}");
}

static async Task<int> SendAsync(string path, string host, int port)
{
    using var socket = new FastSocket(SocketType.Stream, ProtocolType.Tcp);
    await socket.ConnectAsync(host, port);
    long length = new FileInfo(path).Length;
    var clock = Stopwatch.StartNew();
    await socket.SendAsync(Encoding.UTF8.GetBytes($"{Path.GetFileName(path)}\t{length}\n"));
    await socket.SendFileAsync(path);
    socket.Shutdown(SocketShutdown.Send);

    string theirs = await ReadLineAsync(socket);
    double seconds = clock.Elapsed.TotalSeconds;
    await using FileStream file = File.OpenRead(path);
    bool isSame = theirs == Convert.ToHexString(await SHA256.HashDataAsync(file));
    Console.WriteLine($"{length} bytes by {socket.Transport}, {length / seconds / 1e6:F1} MB/s, {(isSame ? "the same" : "NOT the same")}");
    return isSame ? 0 : 1;
}

static async Task<string> ReadLineAsync(FastSocket socket)
{
    byte[] one = new byte[1];
    var line = new List<byte>();
    while (await socket.ReceiveAsync(one) == 1 && one[0] != '\n')
        line.Add(one[0]);
    return Encoding.UTF8.GetString([.. line]);
}
