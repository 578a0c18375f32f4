using System.Diagnostics;
using System.Runtime.InteropServices;
using RdmaSharp;

namespace FastSockets.Transport.Verbs;

/// <summary>
/// Measures, on a queue pair that is connected to itself, what sparing a copy costs on this device: what a posted receive takes (a
/// window bound, a control message sent and received, the window unbound), a message and its acknowledgement; and the copy.
/// </summary>
internal static unsafe class DeviceProbe
{
    private const int Rounds = 5;
    private const int PageSize = 4096;
    private const int Lent = 64 * 1024;
    private const int Copied = 512 * 1024;
    private const int MessageSize = 40;
    private const long Patience = 100;

    /// <summary>What is used where the device cannot be measured.</summary>
    private static readonly (int Post, int Send) Fallback = (64 * 1024, 16 * 1024);

    /// <summary>Bytes from which on it pays to post a receive, and to send from where the bytes are.</summary>
    public static (int Post, int Send) Measure(RdmaContext context)
    {
        void* memory = NativeMemory.AlignedAlloc(2 * Copied, PageSize);
        try
        {
            NativeMemory.Clear(memory, 2 * Copied);
            using ProtectionDomain domain = context.AllocateProtectionDomain();
            return Measure(context, domain, (byte*)memory);
        }
        catch (IOException)
        {
            return Fallback;
        }
        finally
        {
            NativeMemory.AlignedFree(memory);
        }
    }

    private static (int Post, int Send) Measure(RdmaContext context, ProtectionDomain domain, byte* memory)
    {
        double copyPerByte = Median(() => Buffer.MemoryCopy(memory, memory + Copied, Copied, Copied)) / Copied;
        using CompletionQueue completions = context.CreateCompletionQueue(16);
        using MemoryRegion region = domain.Register(memory, Copied, AccessFlags.LocalWrite | AccessFlags.MemoryWindowBind);
        using QueuePair self = ConnectToSelf(context, domain, completions);
        double message = Median(() => Exchange(self, completions, region, null));
        using MemoryWindow window = domain.AllocateWindow();
        double posting = Median(() => Exchange(self, completions, region, window));
        return (
            Size(posting / copyPerByte, 16 * 1024, 256 * 1024),
            Size(message / copyPerByte, 8 * 1024, 256 * 1024));
    }

    /// <summary>A message to itself, between the binding and the unbinding of a window if there is one.</summary>
    private static void Exchange(QueuePair self, CompletionQueue completions, MemoryRegion region, MemoryWindow? window)
    {
        ScatterGatherElement from = region.Element(0, MessageSize), to = region.Element(PageSize, MessageSize);
        var receive = new ReceiveWorkRequest { Elements = &to, ElementCount = 1 };
        self.PostReceive(&receive);
        if (window is not null)
        {
            uint key = window.NextKey;
            var bind = new SendWorkRequest { Flags = SendFlags.Signaled };
            bind.SetBind(window, key, region, region.Address, Lent, AccessFlags.RemoteWrite);
            self.PostSend(&bind);
            window.Key = key;
        }

        var send = new SendWorkRequest
        {
            Operation = SendOperation.Send, Flags = SendFlags.Signaled, Elements = &from, ElementCount = 1,
        };
        self.PostSend(&send);
        Await(completions, window is null ? 2 : 3);
        if (window is null)
            return;

        var invalidate = new SendWorkRequest
        {
            Operation = SendOperation.LocalInvalidate, Flags = SendFlags.Signaled, InvalidateKey = window.Key,
        };
        self.PostSend(&invalidate);
        Await(completions, 1);
    }

    private static QueuePair ConnectToSelf(RdmaContext context, ProtectionDomain domain, CompletionQueue completions)
    {
        const byte Port = 1;
        const uint FirstPacket = 0;
        QueuePair self = domain.CreateQueuePair(new QueuePairOptions
        {
            SendCompletionQueue = completions,
            ReceiveCompletionQueue = completions,
            Capabilities = new QueuePairCapabilities
            {
                MaxSendRequests = 8, MaxReceiveRequests = 8, MaxSendElements = 1, MaxReceiveElements = 1,
            },
        });
        try
        {
            PortAttributes port = context.QueryPort(Port);
            GidEntry gid = context.QueryGids(Port)[0];
            var address = new AddressAttributes
            {
                IsGlobal = 1,
                Port = Port,
                DestinationLocalIdentifier = port.LocalIdentifier,
                Route = new() { Destination = gid.Gid, SourceGidIndex = (byte)gid.Index, HopLimit = 1 },
            };
            self.ModifyToInit(Port, AccessFlags.RemoteWrite);
            self.ModifyToReadyToReceive(self.Number, FirstPacket, address, port.ActiveMtu, minRnrTimer: 1);
            self.ModifyToReadyToSend(FirstPacket);
            return self;
        }
        catch
        {
            self.Dispose();
            throw;
        }
    }

    private static void Await(CompletionQueue completions, int count)
    {
        long deadline = Environment.TickCount64 + Patience;
        WorkCompletion completion = default;
        while (count > 0)
        {
            if (completions.Poll(new Span<WorkCompletion>(ref completion)) == 0)
            {
                if (Environment.TickCount64 > deadline)
                    throw new IOException("the device does not answer itself");

                continue;
            }

            if (completion.Status != WorkCompletionStatus.Success)
                throw new IOException($"the device failed a request to itself: {completion.Status}");

            count--;
        }
    }

    /// <summary>In seconds, the first round left out.</summary>
    private static double Median(Action action)
    {
        action();
        Span<double> rounds = stackalloc double[Rounds];
        for (int i = 0; i < Rounds; i++)
        {
            long start = Stopwatch.GetTimestamp();
            action();
            rounds[i] = Stopwatch.GetElapsedTime(start).TotalSeconds;
        }

        rounds.Sort();
        return rounds[Rounds / 2];
    }

    private static int Size(double bytes, int least, int most) => (int)Math.Clamp(bytes, least, most);
}
