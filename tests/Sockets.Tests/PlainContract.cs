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
