using FastSockets.Sockets.Tests.Contract;

namespace FastSockets.Sockets.Tests;

// What the contract expects is what System.Net.Sockets does.
public sealed class ConnectOfSocket : ConnectContract<PlainSockets>;

public sealed class ConnectOfSocketOnIPv6 : ConnectContract<PlainSocketsOnIPv6>;

public sealed class AcceptOfSocket : AcceptContract<PlainSockets>;

public sealed class StreamOfSocket : StreamContract<PlainSockets>;

public sealed class WaitOfSocket : WaitContract<PlainSockets>;

public sealed class CloseOfSocket : CloseContract<PlainSockets>;

public sealed class OptionsOfSocket : OptionsContract<PlainSockets>;

public sealed class AllocationOfSocket : AllocationContract<PlainSockets>;

public sealed class SegmentOfSocket : SegmentContract<PlainSockets>;

public sealed class FileOfSocket : FileContract<PlainSockets>;

public sealed class SelectOfSocket : SelectContract<PlainSockets>;

public sealed class EventArgsOfSocket : EventArgsContract<PlainSockets>;

public sealed class ApmOfSocket : ApmContract<PlainSockets>;

public sealed class SocketOptionOfSocket : SocketOptionContract<PlainSockets>;

public sealed class DisconnectOfSocket : DisconnectContract<PlainSockets>;

public sealed class NetworkStreamOfSocket : NetworkStreamContract<PlainSockets>;

public sealed class ClientOfSocket : ClientContract<PlainSockets>;
