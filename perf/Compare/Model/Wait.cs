using System.Text.Json.Serialization;

namespace FastSockets.Perf;

/// <summary>
/// How a side waits for the other and where its bytes lie: polls without end, sleeps in the call, or awaits with memory of its own;
/// awaits the connection's pipes; awaits with memory that the device knows.
/// </summary>
internal enum Wait
{
    [JsonStringEnumMemberName("spin")] Spin,
    [JsonStringEnumMemberName("block")] Block,
    [JsonStringEnumMemberName("async")] Async,
    [JsonStringEnumMemberName("pipe")] Pipe,
    [JsonStringEnumMemberName("pool")] Pool,
}
