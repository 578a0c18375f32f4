using System.Text.Json.Serialization;

namespace FastSockets.Perf;

internal enum TransportKind
{
    [JsonStringEnumMemberName("fastsockets-rdma")] FastSocketsRdma,
    [JsonStringEnumMemberName("tcp")] Tcp,
    [JsonStringEnumMemberName("verbs")] Verbs,
}
