namespace RdmaSharp;

/// <summary>How a work request ended: <c>enum ibv_wc_status</c>, ibv_poll_cq(3).</summary>
public enum WorkCompletionStatus
{
    /// <summary>It succeeded.</summary>
    Success = 0,

    /// <summary>A receive buffer was too small, or a message longer than the port allows was posted.</summary>
    LocalLengthError = 1,

    /// <summary>The queue pair found an inconsistency in the request.</summary>
    LocalQueuePairOperationError = 2,

    /// <summary>Not used for RC queue pairs.</summary>
    LocalEndToEndContextOperationError = 3,

    /// <summary>A local key does not cover the memory named, or does not grant the access needed.</summary>
    LocalProtectionError = 4,

    /// <summary>The queue pair was in, or entered, the error state before the request was carried out.</summary>
    FlushError = 5,

    /// <summary>A memory window could not be bound.</summary>
    MemoryWindowBindError = 6,

    /// <summary>The peer answered something that was not expected.</summary>
    BadResponseError = 7,

    /// <summary>
    /// A peer's write with immediate hit memory that its key does not grant; reported to the receiver.
    /// </summary>
    LocalAccessError = 8,

    /// <summary>The peer found the request invalid: for instance its receive buffer was too small.</summary>
    RemoteInvalidRequestError = 9,

    /// <summary>The remote key does not cover the remote memory or does not grant the access.</summary>
    RemoteAccessError = 10,

    /// <summary>The peer could not carry out the request for a reason of its own.</summary>
    RemoteOperationError = 11,

    /// <summary>The peer did not acknowledge within the retries allowed: it, or the way to it, is gone.</summary>
    RetryExceeded = 12,

    /// <summary>The peer had no receive posted within the RNR retries allowed.</summary>
    ReceiverNotReadyRetryExceeded = 13,

    /// <summary>Not used for RC queue pairs.</summary>
    LocalReliableDatagramViolation = 14,

    /// <summary>Not used for RC queue pairs.</summary>
    RemoteInvalidReliableDatagramRequest = 15,

    /// <summary>The peer aborted the operation.</summary>
    RemoteAborted = 16,

    /// <summary>Not used for RC queue pairs.</summary>
    InvalidEndToEndContextNumber = 17,

    /// <summary>Not used for RC queue pairs.</summary>
    InvalidEndToEndContextState = 18,

    /// <summary>The device failed.</summary>
    FatalError = 19,

    /// <summary>The peer did not respond in time.</summary>
    ResponseTimeout = 20,

    /// <summary>Any other error.</summary>
    GeneralError = 21,

    /// <summary>A tag-matching operation failed.</summary>
    TagMatchingError = 22,

    /// <summary>A tag-matching rendezvous is not complete.</summary>
    TagMatchingRendezvousIncomplete = 23,
}
