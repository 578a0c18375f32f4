using System.Net;
using System.Runtime.InteropServices;
using RdmaSharp.Interop;

namespace RdmaSharp;

/// <summary>
/// A connection, or a listener, of the RDMA connection manager: <c>struct rdma_cm_id</c> of the port space RDMA_PS_TCP,
/// rdma_create_id(3). Operations start something and return; what comes of it is an event of the channel. One thread at
/// a time may use an identifier.
/// </summary>
public sealed unsafe class CmId : IDisposable
{
    /// <summary>The most private data of a request, in bytes: InfiniBand's 92 less the RDMA CM's own header.</summary>
    public const int MaxConnectData = 56;

    /// <summary>The most private data of an acceptance, in bytes.</summary>
    public const int MaxAcceptData = 196;

    /// <summary>The most private data of a rejection, in bytes.</summary>
    public const int MaxRejectData = 148;

    internal const int PortSpaceTcp = 0x106;
    internal const int OptionLevelId = 0;
    internal const int OptionTypeOfService = 0;
    internal const int OptionReuseAddress = 1;
    internal const int OptionAddressFamilyOnly = 2;
    internal const int OptionAckTimeout = 3;

    internal CmId(CmEventChannel channel)
    {
        Channel = channel;
        Handle = new NativeHandle(Destroy, this, channel.Handle);
        NativeCmId* id = null;
        int result = LibRdmaCm.CreateId(channel.Handle.Pointer, &id, Handle.Token, PortSpaceTcp);
        Handle.Created(result == 0 ? (nint)id : 0, () => RdmaException.FromLastError("rdma_create_id"));
    }

    /// <summary>Wraps the identifier of a connect request.</summary>
    internal CmId(CmEventChannel channel, NativeCmId* id)
    {
        Channel = channel;
        Handle = new NativeHandle(Destroy, this, channel.Handle);
        Handle.Adopt((nint)id);
        id->Context = Handle.Token;
    }

    /// <summary>The channel that its events come to.</summary>
    public CmEventChannel Channel { get; private set; }

    /// <summary>The queue pair made by <see cref="CreateQueuePair"/>, or null. Disposed with the identifier.</summary>
    public QueuePair? QueuePair { get; private set; }

    /// <summary>
    /// The device it is bound to, or null: not resolved yet, or bound to a wildcard address. The same object for all
    /// identifiers of a device; what its queue pair is made of must come from here.
    /// </summary>
    public RdmaContext? Context
    {
        get
        {
            nint verbs = Native->Verbs;
            GC.KeepAlive(this);
            return verbs == 0 ? null : RdmaContext.Borrow(verbs);
        }
    }

    /// <summary>The port of the device, from 1; 0 while not bound to a device.</summary>
    public byte Port => Native->Port;

    /// <summary>The local address and port, or null while there is none. rdma_get_local_addr(3).</summary>
    public IPEndPoint? LocalEndPoint => ReadAddress(NativeCmId.SourceAddressOffset);

    /// <summary>The peer's address and port, or null while there is none. rdma_get_peer_addr(3).</summary>
    public IPEndPoint? RemoteEndPoint => ReadAddress(NativeCmId.DestinationAddressOffset);

    internal NativeHandle Handle { get; }

    internal NativeCmId* Native
    {
        get
        {
            ObjectDisposedException.ThrowIf(Handle.IsDisposed, this);
            return (NativeCmId*)Handle.Pointer;
        }
    }

    /// <summary>Sets the type-of-service byte of its packets. Before resolving the route.</summary>
    /// <param name="value">As in RFC 2474.</param>
    /// <exception cref="RdmaException">The option could not be set.</exception>
    public void SetTypeOfService(byte value) => SetOption(OptionTypeOfService, &value, sizeof(byte));

    /// <summary>Lets a listener take an address that is still in use by ended connections. Before binding.</summary>
    /// <param name="value">True to let it.</param>
    /// <exception cref="RdmaException">The option could not be set.</exception>
    public void SetReuseAddress(bool value)
    {
        int number = value ? 1 : 0;
        SetOption(OptionReuseAddress, &number, sizeof(int));
    }

    /// <summary>Restricts an IPv6 listener to IPv6. Before binding.</summary>
    /// <param name="value">True to restrict it.</param>
    /// <exception cref="RdmaException">The option could not be set.</exception>
    public void SetAddressFamilyOnly(bool value)
    {
        int number = value ? 1 : 0;
        SetOption(OptionAddressFamilyOnly, &number, sizeof(int));
    }

    /// <summary>Sets how long the queue pair waits for an acknowledgement. Before connecting or accepting.</summary>
    /// <param name="value">4.096 us x 2^this, at most 31; see <see cref="QueuePairAttributes.AckTimeout"/>.</param>
    /// <exception cref="RdmaException">The option could not be set.</exception>
    public void SetAckTimeout(byte value) => SetOption(OptionAckTimeout, &value, sizeof(byte));

    /// <summary>Binds to a local address. rdma_bind_addr(3).</summary>
    /// <param name="local">The address, any for all devices; port 0 for a free one.</param>
    /// <exception cref="RdmaException">
    /// EADDRINUSE; EADDRNOTAVAIL: not an address of this machine; ENODEV: no RDMA device has it.
    /// </exception>
    public void Bind(IPEndPoint local)
    {
        byte* address = stackalloc byte[NativeAddress.Size];
        NativeAddress.Write(local, address);
        Check("rdma_bind_addr", LibRdmaCm.BindAddress(Native, address));
    }

    /// <summary>Listens: connect requests come as events. rdma_listen(3).</summary>
    /// <param name="backlog">Requests not yet accepted or rejected; more are refused.</param>
    /// <exception cref="RdmaException">The address is in use, or the identifier is not bound.</exception>
    public void Listen(int backlog) => Check("rdma_listen", LibRdmaCm.Listen(Native, backlog));

    /// <summary>
    /// Finds the device that leads to an address and binds to it; <see cref="CmEventType.AddressResolved"/> follows.
    /// rdma_resolve_addr(3).
    /// </summary>
    /// <param name="remote">The peer.</param>
    /// <param name="timeout">How long to try, in milliseconds on the wire.</param>
    /// <param name="local">The address to come from, or null.</param>
    /// <exception cref="RdmaException">
    /// ENODEV: no RDMA device leads there, for instance to 127.0.0.1 on older kernels; and others.
    /// </exception>
    public void ResolveAddress(IPEndPoint remote, TimeSpan timeout, IPEndPoint? local = null)
    {
        byte* destination = stackalloc byte[NativeAddress.Size];
        byte* source = stackalloc byte[NativeAddress.Size];
        NativeAddress.Write(remote, destination);
        if (local is not null)
            NativeAddress.Write(local, source);
        Check(
            "rdma_resolve_addr",
            LibRdmaCm.ResolveAddress(Native, local is null ? null : source, destination, Milliseconds(timeout)));
    }

    /// <summary>
    /// Finds the way to the peer; <see cref="CmEventType.RouteResolved"/> follows. rdma_resolve_route(3).
    /// </summary>
    /// <param name="timeout">How long to try, in milliseconds on the wire.</param>
    /// <exception cref="RdmaException">The address is not resolved, and others.</exception>
    public void ResolveRoute(TimeSpan timeout) =>
        Check("rdma_resolve_route", LibRdmaCm.ResolveRoute(Native, Milliseconds(timeout)));

    /// <summary>
    /// Creates the queue pair of this connection, in the init state: receives can be posted before the peer can send.
    /// The RDMA CM moves it through the other states. rdma_create_qp(3).
    /// </summary>
    /// <param name="domain">A domain of <see cref="Context"/>.</param>
    /// <param name="options">Objects of <see cref="Context"/>, and sizes.</param>
    /// <returns>The queue pair, also <see cref="QueuePair"/>; disposed with the identifier at the latest.</returns>
    /// <exception cref="RdmaException">
    /// EINVAL beyond the device's limits or for objects of another context, and others.
    /// </exception>
    public QueuePair CreateQueuePair(ProtectionDomain domain, QueuePairOptions options)
    {
        QueuePair = QueuePair.Create(this, domain, options, DestroyQueuePair);
        return QueuePair;
    }

    /// <summary>
    /// Asks the peer to connect; <see cref="CmEventType.Established"/>, <see cref="CmEventType.Rejected"/>,
    /// <see cref="CmEventType.Unreachable"/> or <see cref="CmEventType.ConnectError"/> follows. A silent host takes
    /// more than 100 s to be found unreachable. rdma_connect(3).
    /// </summary>
    /// <param name="parameters">How the connection is to work.</param>
    /// <param name="privateData">For the peer's request event, at most <see cref="MaxConnectData"/> bytes.</param>
    /// <exception cref="RdmaException">The route is not resolved, and others.</exception>
    public void Connect(ConnectionParameters parameters, ReadOnlySpan<byte> privateData = default)
    {
        CheckLength(privateData, MaxConnectData);
        fixed (byte* data = privateData)
        {
            NativeConnectionParameters native = ToNative(parameters, data, privateData.Length);
            Check("rdma_connect", LibRdmaCm.Connect(Native, &native));
        }
    }

    /// <summary>Accepts a connect request; <see cref="CmEventType.Established"/> follows. rdma_accept(3).</summary>
    /// <param name="parameters">How the connection is to work.</param>
    /// <param name="privateData">For the peer's established event, at most <see cref="MaxAcceptData"/> bytes.</param>
    /// <exception cref="RdmaException">The peer has given up, and others.</exception>
    public void Accept(ConnectionParameters parameters, ReadOnlySpan<byte> privateData = default)
    {
        CheckLength(privateData, MaxAcceptData);
        fixed (byte* data = privateData)
        {
            NativeConnectionParameters native = ToNative(parameters, data, privateData.Length);
            Check("rdma_accept", LibRdmaCm.Accept(Native, &native));
        }
    }

    /// <summary>Rejects a connect request; dispose the identifier then. rdma_reject(3).</summary>
    /// <param name="privateData">For the peer's event, at most <see cref="MaxRejectData"/> bytes.</param>
    /// <exception cref="RdmaException">The peer has given up, and others.</exception>
    public void Reject(ReadOnlySpan<byte> privateData = default)
    {
        CheckLength(privateData, MaxRejectData);
        fixed (byte* data = privateData)
            Check("rdma_reject", LibRdmaCm.Reject(Native, data, (byte)privateData.Length));
    }

    /// <summary>
    /// Ends the connection: the queue pair goes to the error state, and both ends get
    /// <see cref="CmEventType.Disconnected"/>. rdma_disconnect(3).
    /// </summary>
    /// <exception cref="RdmaException">There is no connection.</exception>
    public void Disconnect() => Check("rdma_disconnect", LibRdmaCm.Disconnect(Native));

    /// <summary>Has the events come to another channel, those not yet taken included. rdma_migrate_id(3).</summary>
    /// <param name="channel">The new channel; kept alive by the identifier, as the first one is.</param>
    /// <exception cref="RdmaException">The identifier could not be migrated.</exception>
    public void Migrate(CmEventChannel channel)
    {
        ArgumentNullException.ThrowIfNull(channel);
        NativeCmId* id = Native;
        Handle.ReplaceParent(Channel.Handle, channel.Handle);
        if (LibRdmaCm.MigrateId(id, channel.Handle.Pointer) != 0)
        {
            RdmaException failure = RdmaException.FromLastError("rdma_migrate_id");
            Handle.ReplaceParent(channel.Handle, Channel.Handle);
            throw failure;
        }
        Channel = channel;
    }

    /// <summary>
    /// Destroys the identifier and its queue pair. A connection ends; a listener stops. rdma_destroy_id(3).
    /// </summary>
    public void Dispose()
    {
        QueuePair?.Dispose();
        Handle.Dispose();
    }

    private static int Milliseconds(TimeSpan timeout)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(timeout, TimeSpan.Zero);
        return (int)Math.Min(int.MaxValue, Math.Ceiling(timeout.TotalMilliseconds));
    }

    private static void CheckLength(ReadOnlySpan<byte> privateData, int max)
    {
        if (privateData.Length > max)
            throw new ArgumentException($"At most {max} bytes, not {privateData.Length}.", nameof(privateData));
    }

    private static NativeConnectionParameters ToNative(ConnectionParameters parameters, byte* data, int length)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        return new()
        {
            PrivateData = data,
            PrivateDataLength = (byte)length,
            ResponderResources = parameters.ResponderResources,
            InitiatorDepth = parameters.InitiatorDepth,
            FlowControl = parameters.FlowControl ? (byte)1 : (byte)0,
            RetryCount = parameters.RetryCount,
            RnrRetryCount = parameters.RnrRetryCount,
        };
    }

    private static int Destroy(nint id) =>
        LibRdmaCm.DestroyId(id) == 0 ? 0 : Marshal.GetLastPInvokeError();

    private IPEndPoint? ReadAddress(int offset)
    {
        IPEndPoint? address = NativeAddress.Read((byte*)Native + offset);
        GC.KeepAlive(this);
        return address;
    }

    private int DestroyQueuePair(nint id)
    {
        lock (Channel.Gate)
            LibRdmaCm.DestroyQp(id);
        return 0;
    }

    private void SetOption(int option, void* value, int size) =>
        Check("rdma_set_option", LibRdmaCm.SetOption(Native, OptionLevelId, option, value, (nuint)size));

    private void Check(string operation, int result)
    {
        GC.KeepAlive(this);
        if (result != 0)
            throw RdmaException.FromLastError(operation);
    }
}
