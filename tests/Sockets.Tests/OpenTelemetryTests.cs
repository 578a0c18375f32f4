using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace FastSockets.Sockets.Tests;

/// <summary>OpenTelemetry, told the names that docs/troubleshooting.md gives, exports what connections by TCP do.</summary>
[Collection(nameof(TelemetryTests))]
public sealed class OpenTelemetryTests
{
    [Fact]
    public void Exporters_ConnectionByTcp_HaveItsMetricsAndSpans()
    {
        var metrics = new List<MetricSnapshot>();
        var spans = new List<Activity>();
        using MeterProvider meters = Sdk.CreateMeterProviderBuilder()
            .AddMeter("FastSockets", "RdmaSharp").AddInMemoryExporter(metrics).Build();
        using TracerProvider traces = Sdk.CreateTracerProviderBuilder()
            .AddSource("FastSockets").SetSampler(new AlwaysOnSampler()).AddInMemoryExporter(spans).Build();
        using var parent = new Activity("test").Start();
        (FastSocket client, FastSocket server) = FastSocketTests.Connect(new FastSocketsOptions { DisableRdma = true });
        client.Dispose();
        server.Dispose();

        Assert.True(meters.ForceFlush());
        Assert.True(traces.ForceFlush());

        Assert.True(Points("fastsockets.connections").Where(point => Tag(point, "fastsockets.transport") == "tcp")
            .Sum(point => point.GetSumLong()) >= 2);
        Assert.Contains(Points("fastsockets.fallbacks"), point => Tag(point, "fastsockets.reason") == "Disabled");
        Assert.True(Points("fastsockets.connect.duration").Sum(point => point.GetHistogramCount()) >= 1);
        lock (spans)
        {
            Assert.Equal(
                ["FastSockets.Accept", "FastSockets.Connect"],
                spans.Where(span => span.TraceId == parent.TraceId).Select(span => span.OperationName).Order(StringComparer.Ordinal));
        }

        IReadOnlyList<MetricPoint> Points(string name) => metrics.Last(metric => metric.Name == name).MetricPoints;
    }

    private static string? Tag(MetricPoint point, string name)
    {
        foreach ((string key, object? value) in point.Tags)
        {
            if (key == name)
                return value as string;
        }

        return null;
    }
}
