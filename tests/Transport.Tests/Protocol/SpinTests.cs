using System.Net.Sockets;
using FastSockets.Transport.Protocol;

namespace FastSockets.Transport.Tests.Protocol;

/// <summary>Asynchronous waits tell how long their connection's callers would poll.</summary>
public class SpinTests : TwoEnds
{
    private static readonly TimeSpan s_spin = TimeSpan.FromMicroseconds(123);

    [Fact]
    public void Receive()
    {
        Connection near = Open();
        Assert.Null(_near.LastSpin);
        near.SpinBudget = s_spin;
        _ = near.ReceiveAsync(new byte[1]).AsTask();
        Assert.Equal(s_spin, _near.LastSpin);
    }

    [Fact]
    public void Send_ThatDoesNotFit()
    {
        Connection near = Open();
        near.SpinBudget = s_spin;
        _ = near.SendAsync(new byte[2 * Settings.Window]).AsTask();
        Assert.Equal(s_spin, _near.LastSpin);
    }

    [Fact]
    public void WaitForRoom()
    {
        Connection near = Open();
        near.SpinBudget = s_spin;
        while (near.HasRoom)
            near.SendPipelined(new byte[2 * Settings.Window], new Ignored());

        _ = near.WaitForRoomAsync(default).AsTask();
        Assert.Equal(s_spin, _near.LastSpin);
    }

    private sealed class Ignored : IPipelinedSend
    {
        public void OnSent(SocketError error)
        {
        }
    }
}
