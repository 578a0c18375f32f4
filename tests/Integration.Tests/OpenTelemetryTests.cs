using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace FastSockets.Integration.Tests;

/// <summary>OpenTelemetry exports both meters and the spans of connections by RDMA.</summary>
[Trait("Category", "Rdma")]
public sealed class OpenTelemetryTests : IDisposable
{
    private const int Size = 300_000;

    private readonly Pairs _pairs = new();

    public void Dispose() => _pairs.Dispose();

    [Fact(Timeout = 120_000)]
    public async Task Exporters_TransferByRdma_HaveItsMetricsAndSpans()
    {
        var metrics = new List<MetricSnapshot>();
        var spans = new List<Activity>();
        using MeterProvider meters = Sdk.CreateMeterProviderBuilder()
            .AddMeter("FastSockets", "RdmaSharp").AddInMemoryExporter(metrics).Build();
        using TracerProvider traces = Sdk.CreateTracerProviderBuilder()
            .AddSource("FastSockets").AddInMemoryExporter(spans).Build();
        (FastSocket client, FastSocket server) = await _pairs.ConnectAsync();
        Task sending = TransferTests.SendAllAsync(client, new byte[Size]);
        await TransferTests.ReceiveExactlyAsync(server, Size).WaitAsync(Pairs.Limit);
        await sending;

        Assert.True(meters.ForceFlush());
        Assert.True(traces.ForceFlush());

        Assert.True(Sum("fastsockets.connections") >= 2);
        Assert.True(Sum("fastsockets.connections.active") >= 2);
        Assert.True(Sum("fastsockets.io") >= 2 * Size);
        Assert.True(Sum("rdmasharp.queue_pairs") >= 2);
        Assert.True(Sum("rdmasharp.memory.registered") > 0);
        lock (spans)
        {
            Assert.Equal(["FastSockets.Accept", "FastSockets.Connect"], spans.Select(span => span.OperationName).Order());
            Assert.All(spans, span => Assert.Equal("rdma", span.GetTagItem("network.transport")));
        }

        long Sum(string name) => metrics.Last(metric => metric.Name == name).MetricPoints.Sum(point => point.GetSumLong());
    }
}
