namespace RdmaSharp;

using Mask = QueuePairAttributeMask;
using State = QueuePairState;

/// <summary>Which attributes each state transition of an RC queue pair needs and allows: ibv_modify_qp(3).</summary>
internal static class QueuePairTransition
{
    internal const Mask ToInit = Mask.State | Mask.PartitionKeyIndex | Mask.Port | Mask.Access;

    internal const Mask ToReadyToReceive = Mask.State | Mask.Address | Mask.PathMtu | Mask.DestinationQueuePair |
        Mask.ReceivePacketSequence | Mask.MaxDestinationReadAtomic | Mask.MinRnrTimer;

    internal const Mask ToReadyToSend = Mask.State | Mask.SendPacketSequence | Mask.AckTimeout | Mask.RetryCount |
        Mask.RnrRetry | Mask.MaxReadAtomic;

    private const Mask WhileSending =
        Mask.CurrentState | Mask.Access | Mask.AlternatePath | Mask.MinRnrTimer | Mask.PathMigrationState;

    /// <summary>Why the kernel refused a transition with EINVAL.</summary>
    internal static string Explain(State from, State to, Mask mask)
    {
        if (Rule(from, to) is not var (required, optional))
            return $"An RC queue pair cannot go from {from} to {to}; from {from} it can go to {Successors(from)}";
        Mask missing = required & ~mask;
        Mask excess = mask & ~(required | optional | Mask.State);
        string problem = (missing, excess) switch
        {
            (Mask.None, Mask.None) => "has the attributes it needs: a value must be out of the device's range",
            (_, Mask.None) => $"lacks {missing}",
            (Mask.None, _) => $"does not allow {excess}",
            _ => $"lacks {missing} and does not allow {excess}",
        };
        return $"The transition from {from} to {to} {problem}";
    }

    private static (Mask Required, Mask Optional)? Rule(State from, State to) => (from, to) switch
    {
        (_, State.Reset or State.Error) => (Mask.State, Mask.None),
        (State.Reset, State.Init) => (ToInit, Mask.None),
        (State.Init, State.Init) => (Mask.None, ToInit),
        (State.Init, State.ReadyToReceive) =>
            (ToReadyToReceive, Mask.AlternatePath | Mask.Access | Mask.PartitionKeyIndex),
        (State.ReadyToReceive, State.ReadyToSend) => (ToReadyToSend, WhileSending),
        (State.ReadyToSend, State.ReadyToSend) => (Mask.None, WhileSending | Mask.RateLimit),
        (State.ReadyToSend, State.SendQueueDrained) => (Mask.State, Mask.NotifyWhenDrained),
        (State.SendQueueDrained, State.ReadyToSend) => (Mask.State, WhileSending),
        (State.SendQueueDrained, State.SendQueueDrained) =>
            (Mask.None, WhileSending | Mask.PartitionKeyIndex | Mask.Address | Mask.AckTimeout | Mask.RetryCount |
                Mask.RnrRetry | Mask.MaxReadAtomic | Mask.MaxDestinationReadAtomic),
        _ => null,
    };

    private static string Successors(State from) =>
        string.Join(", ", Enum.GetValues<State>().Where(to => Rule(from, to) is not null));
}
