namespace RdmaSharp;

/// <summary>The states of a queue pair: <c>enum ibv_qp_state</c>, ibv_modify_qp(3).</summary>
public enum QueuePairState
{
    /// <summary>As created: nothing can be posted.</summary>
    Reset = 0,

    /// <summary>Receives can be posted, nothing is carried out.</summary>
    Init = 1,

    /// <summary>Messages are received.</summary>
    ReadyToReceive = 2,

    /// <summary>Messages are received and sent.</summary>
    ReadyToSend = 3,

    /// <summary>The send queue runs empty.</summary>
    SendQueueDrained = 4,

    /// <summary>The send queue failed (never on RC).</summary>
    SendQueueError = 5,

    /// <summary>Everything posted is flushed.</summary>
    Error = 6,

    /// <summary>The library does not know.</summary>
    Unknown = 7,
}
