namespace RdmaSharp.Tests.Unit;

public sealed class QueuePairTransitionTests
{
    [Fact]
    public void Explain_TransitionThatDoesNotExist_NamesThoseThatDo() => Assert.Equal(
        "An RC queue pair cannot go from Reset to ReadyToSend; from Reset it can go to Reset, Init, Error",
        QueuePairTransition.Explain(QueuePairState.Reset, QueuePairState.ReadyToSend, QueuePairAttributeMask.State));

    [Fact]
    public void Explain_MissingAttributes_NamesThem() => Assert.Equal(
        "The transition from Reset to Init lacks PartitionKeyIndex, Port",
        QueuePairTransition.Explain(
            QueuePairState.Reset, QueuePairState.Init, QueuePairAttributeMask.State | QueuePairAttributeMask.Access));

    [Fact]
    public void Explain_AttributesThatAreNotAllowed_NamesThem() => Assert.Equal(
        "The transition from Init to ReadyToReceive does not allow AckTimeout",
        QueuePairTransition.Explain(
            QueuePairState.Init, QueuePairState.ReadyToReceive,
            QueuePairTransition.ToReadyToReceive | QueuePairAttributeMask.AckTimeout));

    [Fact]
    public void Explain_RightAttributes_BlamesTheValues() => Assert.Contains(
        "a value must be out of the device's range",
        QueuePairTransition.Explain(
            QueuePairState.ReadyToReceive, QueuePairState.ReadyToSend, QueuePairTransition.ToReadyToSend));
}
