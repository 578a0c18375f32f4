namespace FastSockets.AspNetCore;

/// <summary>How Kestrel uses Fast Sockets.</summary>
public sealed class FastSocketTransportOptions
{
    /// <summary>
    /// Whether every IP endpoint that Kestrel binds, such as a plain URL's, is taken: the default. False: only those of
    /// <see cref="FastSocketsKestrelExtensions.ListenFast"/>, and the others stay with Kestrel's own transport.
    /// </summary>
    public bool TakesPlainEndPoints { get; set; } = true;

    /// <summary>How many connections may wait to be accepted, in each transport. 512, as in Kestrel's own.</summary>
    public int Backlog { get; set; } = 512;

    /// <summary>Whether TCP connections send at once (TCP_NODELAY): true. By RDMA they always do.</summary>
    public bool NoDelay { get; set; } = true;

    /// <summary>The sockets' options. Null: <see cref="FastSocketsOptions.Default"/>.</summary>
    public FastSocketsOptions? Socket { get; set; }
}
