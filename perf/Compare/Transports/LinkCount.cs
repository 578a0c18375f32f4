using System.Diagnostics.Metrics;

namespace FastSockets.Perf;

/// <summary>How many links this process has, from the instrument that the product offers.</summary>
internal static class LinkCount
{
    public static long Read()
    {
        long count = 0;
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (instrument is { Meter.Name: "FastSockets", Name: "fastsockets.links" })
                listener.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<int>((_, links, _, _) => count += links);
        listener.SetMeasurementEventCallback<long>((_, links, _, _) => count += links);
        listener.Start();
        listener.RecordObservableInstruments();
        return count;
    }
}
