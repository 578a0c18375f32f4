namespace FastSockets.Transport.Fabric;

/// <summary>One reliable-connected queue pair. Calls come one at a time, under its link's lock.</summary>
internal interface IQueuePair
{
    /// <summary>Identifies the queue pair in completions of its device.</summary>
    uint Number { get; }

    /// <summary>Send work requests that may be outstanding.</summary>
    int SendQueueDepth { get; }

    /// <summary>Largest payload that <see cref="SendFlags.Inline"/> may carry; 0 for none.</summary>
    int MaxInline { get; }

    /// <summary>
    /// Posts the requests as one chain, in order. False when the queue pair no longer takes any: its link has failed.
    /// </summary>
    bool Post(ReadOnlySpan<SendRequest> requests);

    /// <summary>
    /// Starts to take the queue pair down: it accepts nothing more, and what is outstanding is flushed. Returns at once,
    /// may be called again, and ends in the destruction of the queue pair.
    /// </summary>
    void Close();
}
