using System.Net;

namespace PingPong;

/// <summary>What to measure.</summary>
internal sealed record Options(IPEndPoint Address, int Size, int Iterations, int Warmup, bool Block, bool Json)
{
    internal static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);
}
