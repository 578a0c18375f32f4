using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace FastSockets.Perf;

/// <summary>One stream socket of rsocket(7), with the library's own settings. Not for several threads at once.</summary>
internal sealed unsafe class RSocket : IDisposable
{
    private const int SockStream = 1;
    private const int DontWait = 0x40;
    private const int ShutdownWrite = 1;
    private const int Interrupted = 4;
    private const int TryAgain = 11;
    private const int LongestAddress = 128;

    private int _descriptor;

    public RSocket(AddressFamily family)
        : this(LibRSocket.Create(family == AddressFamily.InterNetwork ? 2 : 10, SockStream, 0)) =>
        Check(_descriptor, "rsocket");

    private RSocket(int descriptor) => _descriptor = descriptor;

    public IPEndPoint LocalEndPoint
    {
        get
        {
            byte* address = stackalloc byte[LongestAddress];
            uint length = LongestAddress;
            Check(LibRSocket.GetName(_descriptor, address, ref length), "rgetsockname");
            bool isV4 = *(ushort*)address == 2;
            var name = new SocketAddress(isV4 ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6, (int)length);
            new ReadOnlySpan<byte>(address, (int)length).CopyTo(name.Buffer.Span);
            return (IPEndPoint)new IPEndPoint(isV4 ? IPAddress.Any : IPAddress.IPv6Any, 0).Create(name);
        }
    }

    public void Bind(IPEndPoint local)
    {
        var name = local.Serialize();
        fixed (byte* address = name.Buffer.Span)
            Check(LibRSocket.Bind(_descriptor, address, (uint)name.Size), "rbind");
    }

    public void Listen(int backlog) => Check(LibRSocket.Listen(_descriptor, backlog), "rlisten");

    public RSocket Accept() => new(Check(LibRSocket.Accept(_descriptor, null, null), "raccept"));

    public void Connect(IPEndPoint remote)
    {
        var name = remote.Serialize();
        fixed (byte* address = name.Buffer.Span)
            Check(LibRSocket.Connect(_descriptor, address, (uint)name.Size), "rconnect");
    }

    /// <summary>Sends some of the data; 0 if none can be sent now and the call was not to wait.</summary>
    public int Send(ReadOnlySpan<byte> data, bool wait)
    {
        fixed (byte* start = data)
        {
            nint sent = LibRSocket.Send(_descriptor, start, (nuint)data.Length, wait ? 0 : DontWait);
            return sent >= 0 || !MayTryAgain() ? Check((int)sent, "rsend") : 0;
        }
    }

    /// <summary>Receives at least one byte, or 0 at the end of the stream; -1 if none are there and the call was not to wait.</summary>
    public int Receive(Span<byte> buffer, bool wait)
    {
        fixed (byte* start = buffer)
        {
            nint got = LibRSocket.Receive(_descriptor, start, (nuint)buffer.Length, wait ? 0 : DontWait);
            return got >= 0 || !MayTryAgain() ? Check((int)got, "rrecv") : -1;
        }
    }

    public void FinishSending() => Check(LibRSocket.Shutdown(_descriptor, ShutdownWrite), "rshutdown");

    public void Dispose()
    {
        if (_descriptor >= 0)
            _ = LibRSocket.Close(_descriptor);
        _descriptor = -1;
    }

    private static bool MayTryAgain() => Marshal.GetLastPInvokeError() is TryAgain or Interrupted;

    private static int Check(int result, string call) => result >= 0
        ? result
        : throw new IOException($"{call}: {Marshal.GetLastPInvokeErrorMessage()}");
}
