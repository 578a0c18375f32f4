namespace FastSockets.Perf;

/// <summary>
/// Connections of one end that have carried a byte each way and are held open. A receive is awaited on each, as a server does.
/// </summary>
internal sealed class IdleConnections(Func<IConnection> next, int most)
{
    private readonly List<IConnection> _connections = new(most);
    private readonly List<Task> _receives = new(most);

    /// <param name="greet">Exchanges the byte.</param>
    public void Open(int count, Action<IConnection> greet)
    {
        for (int i = 0; i < count; i++)
        {
            var connection = next();
            greet(connection);
            _connections.Add(connection);
            _receives.Add(AwaitEndAsync(connection));
        }
    }

    public void FinishSending()
    {
        foreach (var connection in _connections)
            connection.FinishSending();
    }

    /// <summary>Closes each once its peer has sent its end.</summary>
    public void Close()
    {
        Task.WaitAll(_receives);
        foreach (var connection in _connections)
            connection.Dispose();
        _connections.Clear();
        _receives.Clear();
    }

    private static async Task AwaitEndAsync(IConnection connection)
    {
        if (await connection.ReceiveAsync(new byte[1]).ConfigureAwait(false) != 0)
            throw new InvalidDataException("Expected the end of the stream.");
    }
}
