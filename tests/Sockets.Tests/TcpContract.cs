using FastSockets.Sockets.Tests.Contract;

namespace FastSockets.Sockets.Tests;

public sealed class ConnectByTcp : ConnectContract<FastSocketsByTcp>;

public sealed class ConnectByTcpOnIPv6 : ConnectContract<FastSocketsByTcpOnIPv6>;

public sealed class AcceptByTcp : AcceptContract<FastSocketsByTcp>;

public sealed class AcceptByTcpOnIPv6 : AcceptContract<FastSocketsByTcpOnIPv6>;

public sealed class StreamByTcp : StreamContract<FastSocketsByTcp>;

public sealed class StreamByTcpOnIPv6 : StreamContract<FastSocketsByTcpOnIPv6>;

public sealed class WaitByTcp : WaitContract<FastSocketsByTcp>;

public sealed class CloseByTcp : CloseContract<FastSocketsByTcp>;

public sealed class OptionsByTcp : OptionsContract<FastSocketsByTcp>;

public sealed class OptionsByTcpOnIPv6 : OptionsContract<FastSocketsByTcpOnIPv6>;

public sealed class FallbackByTcp : FallbackContract<FastSocketsByTcp>;

public sealed class AllocationByTcp : AllocationContract<FastSocketsByTcp>;

public sealed class SegmentByTcp : SegmentContract<FastSocketsByTcp>;

public sealed class FileByTcp : FileContract<FastSocketsByTcp>;

public sealed class SelectByTcp : SelectContract<FastSocketsByTcp>;

public sealed class EventArgsByTcp : EventArgsContract<FastSocketsByTcp>;

public sealed class ApmByTcp : ApmContract<FastSocketsByTcp>;

public sealed class SocketOptionByTcp : SocketOptionContract<FastSocketsByTcp>;

public sealed class DisconnectByTcp : DisconnectContract<FastSocketsByTcp>;

public sealed class NetworkStreamByTcp : NetworkStreamContract<FastSocketsByTcp>;

public sealed class ClientByTcp : ClientContract<FastSocketsByTcp>;
