using System.Text.Json.Serialization;

namespace FastSockets.Perf;

/// <summary>What the two programs do with the connection.</summary>
internal enum Pattern
{
    [JsonStringEnumMemberName("pingpong")] PingPong,
    [JsonStringEnumMemberName("stream")] Stream,
    [JsonStringEnumMemberName("file")] File,
    [JsonStringEnumMemberName("connect")] Connect,
    [JsonStringEnumMemberName("first")] First,
    [JsonStringEnumMemberName("many")] Many,
    [JsonStringEnumMemberName("memory")] Memory,
    [JsonStringEnumMemberName("load")] Load,
    [JsonStringEnumMemberName("http")] Http,
}
