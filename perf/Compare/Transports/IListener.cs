namespace FastSockets.Perf;

internal interface IListener : IDisposable
{
    int Port { get; }

    IConnection Accept();
}
