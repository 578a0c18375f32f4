using System.Diagnostics.Metrics;

namespace FastSockets.Sockets.Tests;

/// <summary>What a listener to meters sees.</summary>
internal static class Instruments
{
    /// <summary>The observable instruments of some meters now, each by its name and tags.</summary>
    public static Dictionary<string, long> Observe(params string[] meters)
    {
        var values = new Dictionary<string, long>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (meters.Contains(instrument.Meter.Name))
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            string name = instrument.Name;
            foreach ((string key, object? tag) in tags)
                name += $" {key}={tag}";
            values[name] = value;
        });
        listener.Start();
        listener.RecordObservableInstruments();
        return values;
    }
}
