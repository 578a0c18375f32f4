namespace FastSockets.Transport.Protocol;

/// <summary>An operation that waits for a request of its own on the send queue.</summary>
internal interface ISendOwner
{
    /// <summary>The request is done with. False: its queue pair failed or is gone, and whether the request had effect is not known.</summary>
    void OnSendDone(bool succeeded);
}
