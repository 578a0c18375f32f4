namespace FastSockets.Transport.Memory;

/// <summary>From which size on it pays to spare a copy, in bytes. docs/tuning.md says how they come about.</summary>
/// <param name="Post">A receive into registered memory is posted to the peer: a control message and a window cost less than the copy.</param>
/// <param name="Register">Other memory is pinned and registered for one operation: that costs less than the copy.</param>
/// <param name="Send">A send from registered memory leaves it as it is: waiting for the acknowledgement costs less than the copy.</param>
internal readonly record struct MemoryThresholds(int Post, int Register, int Send);
