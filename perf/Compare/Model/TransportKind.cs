using System.Text.Json.Serialization;

namespace FastSockets.Perf;

/// <summary>What is compared, in the order of the tables' columns.</summary>
internal enum TransportKind
{
    [JsonStringEnumMemberName("fastsockets-rdma")] FastSocketsRdma,
    [JsonStringEnumMemberName("tcp")] Tcp,
    [JsonStringEnumMemberName("rsockets")] Rsockets,
    [JsonStringEnumMemberName("rstream")] Rstream,
    [JsonStringEnumMemberName("verbs")] Verbs,
    [JsonStringEnumMemberName("verbs-rdmasharp")] VerbsRdmaSharp,
    [JsonStringEnumMemberName("ucx-tag")] UcxTag,
    [JsonStringEnumMemberName("ucx-uct")] UcxUct,
}
