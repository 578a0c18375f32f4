using System.Text.Json.Serialization;

namespace FastSockets.Perf;

/// <summary>How a side waits for the other: polls without end, sleeps in the call, or awaits.</summary>
internal enum Wait
{
    [JsonStringEnumMemberName("spin")] Spin,
    [JsonStringEnumMemberName("block")] Block,
    [JsonStringEnumMemberName("async")] Async,
}
