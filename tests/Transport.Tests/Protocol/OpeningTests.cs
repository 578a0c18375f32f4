using System.Net;
using FastSockets.Transport.Progress;
using FastSockets.Transport.Protocol;

namespace FastSockets.Transport.Tests.Protocol;

/// <summary>Openings in numbers, half done, and over the names of earlier ones.</summary>
public sealed class OpeningTests : TwoEnds
{
    [Fact]
    public void Flood_OfOpenings_FillsTheBacklog_AndTheRestIsRefused()
    {
        const int Openings = 500, Backlog = 8;
        var answers = new List<ValueTask<int>>();
        for (int i = 0; i < Openings; i++)
            answers.Add(Begin().Answer);

        Settle();
        int[] reasons = [.. answers.Select(answer => answer.Result)];
        Assert.Equal(Backlog, reasons.Count(reason => reason == (int)RefuseReason.None));
        Assert.Equal(Openings - Backlog, reasons.Count(reason => reason == (int)RefuseReason.BacklogFull));
        Assert.Equal(Backlog, _near.Link.ConnectionCount);
        Assert.Equal(Backlog, _far.Link.ConnectionCount);
        Assert.False(_near.Link.HasEnded || _far.Link.HasEnded);
    }

    [Fact]
    public void Opening_GivenUpBeforeItsAnswer_LeavesNothingAtEitherEnd()
    {
        (Connection connection, ValueTask<int> answer) = Begin();
        connection.Abort();
        Settle();
        Assert.True(answer.IsCompleted);
        Accepted().Dispose();
        Settle();
        Assert.Equal(0, _near.Link.ConnectionCount);
        Assert.Equal(0, _far.Link.ConnectionCount);
    }

    [Fact]
    public void Index_UsedAgain_HasAnotherName()
    {
        ConnectionId first = default;
        for (int round = 0; round < 5000; round++)
        {
            Connection near = Open(), far = Accepted();
            if (round == 0)
                first = near.Id;

            // 12 bits of generation.
            Assert.Equal(first.Index, near.Id.Index);
            Assert.Equal((first.Generation + (uint)round) % 4096, near.Id.Generation);
            near.Dispose();
            far.Dispose();
            Settle();
        }
    }

    private (Connection Connection, ValueTask<int> Answer) Begin()
    {
        var operation = new ConnectOperation();
        _near.Link.Enter();
        Connection connection = _near.Link.Open(new IPEndPoint(IPAddress.Loopback, 80), 1000, operation)!;
        operation.Connection = connection;
        operation.BeginAsync(_near);
        _near.Link.Queue(connection, ControlFlags.Open);
        _near.Link.Exit();
        return (connection, operation.AsTask(default));
    }
}
