using FastSockets.Transport.Protocol;

namespace FastSockets.Transport;

/// <summary>What a device has done for this process since it was opened. Read without locks: two numbers need not be of one moment.</summary>
/// <param name="Transfers">The sum over all links, ended ones included.</param>
/// <param name="Polls">Looks at the completion queue, found empty or not.</param>
/// <param name="WakeUps">Times that a thread slept on the device and was woken.</param>
/// <param name="Registrations">Regions registered beside the slabs: pool chunks, posted receives, single sends.</param>
/// <param name="ReceiverNotReady">
/// Messages that found no slab, at either end, as the device's own counters have it (all processes'): 0 in normal running.
/// </param>
internal readonly record struct DeviceCounters(
    TransferCounters Transfers, long Polls, long WakeUps, long Registrations, long ReceiverNotReady);
