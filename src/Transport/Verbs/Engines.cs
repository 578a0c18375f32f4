using FastSockets.Transport.Memory;
using Microsoft.Extensions.Logging;
using RdmaSharp;

namespace FastSockets.Transport.Verbs;

/// <summary>The process's engines, one for each device, made when first needed. Thread safe.</summary>
internal sealed class Engines(IListeners listeners, TransportOptions options, ILogger logger) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<RdmaContext, (Engine Engine, VerbsDevice Device)> _engines = [];

    public IReadOnlyList<Engine> All
    {
        get
        {
            lock (_lock)
                return [.. _engines.Values.Select(entry => entry.Engine)];
        }
    }

    public (Engine Engine, VerbsDevice Device) Get(RdmaContext context)
    {
        lock (_lock)
        {
            if (_engines.TryGetValue(context, out (Engine, VerbsDevice) known))
                return known;

            var device = new VerbsDevice(context);
            try
            {
                var engine = new Engine(device, listeners, options, device.ReceiveLimit, ThresholdsOf(context), logger);
                return _engines[context] = (engine, device);
            }
            catch
            {
                device.Dispose();
                throw;
            }
        }
    }

    private MemoryThresholds ThresholdsOf(RdmaContext context)
    {
        // Registering other memory for one operation is off unless asked for: cheaper than the copy by itself, it made streams of small
        // messages into large arrays many times slower on rxe.
        (int post, int send) = DeviceProbe.Measure(context);
        var thresholds = new MemoryThresholds(
            options.PostThreshold ?? post, options.RegisterThreshold ?? int.MaxValue, options.SendThreshold ?? send);
        TransportLog.Thresholds(logger, context.Device.Name, thresholds.Post, thresholds.Register, thresholds.Send);
        return thresholds;
    }

    public void Dispose()
    {
        foreach (Engine engine in All)
            engine.Dispose();
    }
}
