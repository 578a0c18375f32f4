using FastSockets.Transport.Fabric;
using RdmaSharp;

namespace FastSockets.Transport.Verbs;

internal sealed class VerbsRegion(MemoryRegion region) : IRegisteredMemory
{
    public MemoryRegion Region => region;

    public uint LocalKey => region.LocalKey;

    public uint RemoteKey => region.RemoteKey;

    public void Dispose() => region.Dispose();
}

internal sealed class VerbsWindow(MemoryWindow window) : IMemoryWindow
{
    public MemoryWindow Window => window;

    public uint RemoteKey { get; private set; } = window.Key;

    public void Renew() => RemoteKey = window.NextKey;

    public void Dispose() => window.Dispose();
}
