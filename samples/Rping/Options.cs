using System.Net;

namespace Rping;

/// <summary>What rping(1) was asked for.</summary>
internal sealed record Options(IPEndPoint Address, int Count, int Size, bool Verbose, bool Validate)
{
    internal static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);
}
