using System.Net.Sockets;

namespace FastSockets.Transport.Protocol;

/// <summary>A send whose caller goes on meanwhile.</summary>
internal interface IPipelinedSend
{
    /// <summary>
    /// The device has done with the memory. Once for each send, under the link's lock, on whichever thread polls or sends: what is done
    /// here takes no time and calls no connection.
    /// </summary>
    void OnSent(SocketError error);
}
