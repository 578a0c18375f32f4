using FastSockets.Sockets.Tests.Contract;

namespace FastSockets.Integration.Tests;

[Trait("Category", "Rdma")]
public sealed class ConnectByRdma : ConnectContract<FastSocketsByRdma>;

[Trait("Category", "Rdma")]
public sealed class ConnectByRdmaOnIPv6 : ConnectContract<FastSocketsByRdmaOnIPv6>;

[Trait("Category", "Rdma")]
public sealed class AcceptByRdma : AcceptContract<FastSocketsByRdma>;

[Trait("Category", "Rdma")]
public sealed class StreamByRdma : StreamContract<FastSocketsByRdma>;

[Trait("Category", "Rdma")]
public sealed class StreamByRdmaOnIPv6 : StreamContract<FastSocketsByRdmaOnIPv6>;

[Trait("Category", "Rdma")]
public sealed class WaitByRdma : WaitContract<FastSocketsByRdma>;

[Trait("Category", "Rdma")]
public sealed class CloseByRdma : CloseContract<FastSocketsByRdma>;

[Trait("Category", "Rdma")]
public sealed class OptionsByRdma : OptionsContract<FastSocketsByRdma>;

[Trait("Category", "Rdma")]
public sealed class FallbackByRdma : FallbackContract<FastSocketsByRdma>;

[Trait("Category", "Rdma")]
public sealed class AllocationByRdma : AllocationContract<FastSocketsByRdma>;

[Trait("Category", "Rdma")]
public sealed class SegmentByRdma : SegmentContract<FastSocketsByRdma>;

[Trait("Category", "Rdma")]
public sealed class FileByRdma : FileContract<FastSocketsByRdma>;

[Trait("Category", "Rdma")]
public sealed class SelectByRdma : SelectContract<FastSocketsByRdma>;

[Trait("Category", "Rdma")]
public sealed class EventArgsByRdma : EventArgsContract<FastSocketsByRdma>;

[Trait("Category", "Rdma")]
public sealed class ApmByRdma : ApmContract<FastSocketsByRdma>;

[Trait("Category", "Rdma")]
public sealed class SocketOptionByRdma : SocketOptionContract<FastSocketsByRdma>;

[Trait("Category", "Rdma")]
public sealed class DisconnectByRdma : DisconnectContract<FastSocketsByRdma>;

[Trait("Category", "Rdma")]
public sealed class NetworkStreamByRdma : NetworkStreamContract<FastSocketsByRdma>;

[Trait("Category", "Rdma")]
public sealed class ClientByRdma : ClientContract<FastSocketsByRdma>;
