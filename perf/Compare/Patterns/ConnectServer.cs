namespace FastSockets.Perf;

/// <summary>Accepts, echoes one byte and waits for the client to close, until the client says that it was the last.</summary>
internal static class ConnectServer
{
    public static void Run(IListener listener)
    {
        Span<byte> message = stackalloc byte[1];
        Span<byte> end = stackalloc byte[1];
        do
        {
            using var connection = listener.Accept();
            connection.Fill(message);
            connection.Send(message);
            if (connection.Receive(end) != 0)
                throw new InvalidDataException("Expected the end of the stream.");
        }
        while (message[0] != ConnectClient.Last);
    }
}
