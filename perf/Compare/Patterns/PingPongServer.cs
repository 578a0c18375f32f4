namespace FastSockets.Perf;

/// <summary>Returns each message once all of it has come.</summary>
internal static class PingPongServer
{
    public static void Run(IConnection connection, Point point)
    {
        byte[] message = GC.AllocateArray<byte>((int)point.Size, pinned: true);
        if (point.Wait == Wait.Async)
            Task.Run(() => EchoAsync(connection, message)).GetAwaiter().GetResult();
        else
            Echo(connection, message);
    }

    private static void Echo(IConnection connection, byte[] message)
    {
        while (connection.TryFill(message))
            connection.Send(message);
    }

    private static async Task EchoAsync(IConnection connection, byte[] message)
    {
        while (true)
        {
            for (int filled = 0; filled < message.Length;)
            {
                int got = await connection.ReceiveAsync(message.AsMemory(filled)).ConfigureAwait(false);
                if (got == 0)
                    return;
                filled += got;
            }
            await connection.SendAsync(message).ConfigureAwait(false);
        }
    }
}
