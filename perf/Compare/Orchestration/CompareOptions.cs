namespace FastSockets.Perf;

/// <summary>What to measure, how long, and where.</summary>
internal sealed record CompareOptions
{
    public required string Output { get; init; }

    /// <summary>The host of the clients, which is this one.</summary>
    public required HostEnvironment Here { get; init; }

    public required IServerHost Server { get; init; }
    public required string File { get; init; }

    /// <summary>perf/verbs/verbs-latency, compiled.</summary>
    public required string VerbsLatencyProgram { get; init; }

    public required string Commit { get; init; }
    public required string CommandLine { get; init; }
    public required bool Quick { get; init; }
    public required int Rounds { get; init; }
    public required int Seed { get; init; }
    public required double Seconds { get; init; }

    /// <summary>How long a blocking wait polls before it sleeps, for Fast Sockets and for raw verbs alike.</summary>
    public required TimeSpan SpinBudget { get; init; }
    public required double WarmUpSeconds { get; init; }

    /// <summary>A round is not begun that would not end in this many seconds from the start.</summary>
    public required double TimeLimit { get; init; }

    public required IReadOnlyList<long>? Sizes { get; init; }

    /// <summary>The results.json of an older run to compare with.</summary>
    public required string? Baseline { get; init; }
    public required Selection Only { get; init; }

    /// <summary>Under emulation a microsecond is not one: only ratios mean something.</summary>
    public bool IsEmulated => Here.IsEmulated || Server.Environment.IsEmulated;

    /// <summary>The servers run on another host.</summary>
    public bool HasPeer => Server is Peer;
}
