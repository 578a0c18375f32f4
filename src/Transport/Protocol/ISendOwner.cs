namespace FastSockets.Transport.Protocol;

/// <summary>Whom a request on the send queue concerns.</summary>
internal interface ISendOwner
{
    /// <summary>Somebody waits for the request's end: its completion must wake who polls.</summary>
    bool IsAwaited { get; }

    /// <summary>The request is done with. False: its queue pair failed or is gone, and whether the request had effect is not known.</summary>
    void OnSendDone(bool succeeded);
}
