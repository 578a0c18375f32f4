using RdmaSharp.Interop;

namespace RdmaSharp.Tests.Unit;

/// <summary>
/// What the binding assumes about the C ABI, in the notation of the files in Oracle/: S size, F field offset, O offset
/// from ibv_context, E constant.
/// </summary>
internal static unsafe class LayoutFacts
{
    internal static IReadOnlyList<LayoutFact> All { get; } =
    [
        .. WorkRequests(), .. Completions(), .. QueuePairs(), .. Devices(), .. Memory(), .. ConnectionManager(),
        .. Offsets(), .. Constants(),
    ];

    private static List<LayoutFact> WorkRequests()
    {
        SendWorkRequest send;
        ReceiveWorkRequest receive;
        ScatterGatherElement element;
        return
        [
            Size("ibv_send_wr", sizeof(SendWorkRequest)),
            Field("ibv_send_wr.wr_id", &send, &send.Id),
            Field("ibv_send_wr.next", &send, &send.Next),
            Field("ibv_send_wr.sg_list", &send, &send.Elements),
            Field("ibv_send_wr.num_sge", &send, &send.ElementCount),
            Field("ibv_send_wr.opcode", &send, &send.Operation),
            Field("ibv_send_wr.send_flags", &send, &send.Flags),
            Field("ibv_send_wr.imm_data", &send, &send.RawImmediate),
            Field("ibv_send_wr.invalidate_rkey", &send, &send.InvalidateKey),
            Field("ibv_send_wr.wr.rdma.remote_addr", &send, &send.RemoteAddress),
            Field("ibv_send_wr.wr.rdma.rkey", &send, &send.RemoteKey),
            Field("ibv_send_wr.wr.atomic.remote_addr", &send, &send.RemoteAddress),
            Field("ibv_send_wr.wr.atomic.compare_add", &send, &send.CompareOrAdd),
            Field("ibv_send_wr.wr.atomic.swap", &send, &send.Swap),
            Field("ibv_send_wr.wr.atomic.rkey", &send, &send.AtomicRemoteKey),
            Field("ibv_send_wr.bind_mw.mw", &send, &send.Window),
            Field("ibv_send_wr.bind_mw.rkey", &send, &send.WindowKey),
            Field("ibv_send_wr.bind_mw.bind_info", &send, &send.WindowRegion),
            Field("ibv_send_wr.bind_mw.bind_info.addr", &send, &send.WindowAddress),
            Field("ibv_send_wr.bind_mw.bind_info.length", &send, &send.WindowLength),
            Field("ibv_send_wr.bind_mw.bind_info.mw_access_flags", &send, &send.WindowAccess),
            Size("ibv_recv_wr", sizeof(ReceiveWorkRequest)),
            Field("ibv_recv_wr.wr_id", &receive, &receive.Id),
            Field("ibv_recv_wr.next", &receive, &receive.Next),
            Field("ibv_recv_wr.sg_list", &receive, &receive.Elements),
            Field("ibv_recv_wr.num_sge", &receive, &receive.ElementCount),
            Size("ibv_sge", sizeof(ScatterGatherElement)),
            Field("ibv_sge.addr", &element, &element.Address),
            Field("ibv_sge.length", &element, &element.Length),
            Field("ibv_sge.lkey", &element, &element.LocalKey),
        ];
    }

    private static List<LayoutFact> Completions()
    {
        WorkCompletion completion;
        SharedReceiveQueueAttributes srq;
        NativeSrqInitAttributes srqInit;
        NativeAsyncEvent asyncEvent;
        return
        [
            Size("ibv_wc", sizeof(WorkCompletion)),
            Field("ibv_wc.wr_id", &completion, &completion.Id),
            Field("ibv_wc.status", &completion, &completion.Status),
            Field("ibv_wc.opcode", &completion, &completion.Operation),
            Field("ibv_wc.vendor_err", &completion, &completion.VendorError),
            Field("ibv_wc.byte_len", &completion, &completion.Length),
            Field("ibv_wc.imm_data", &completion, &completion.RawImmediate),
            Field("ibv_wc.invalidated_rkey", &completion, &completion.InvalidatedKey),
            Field("ibv_wc.qp_num", &completion, &completion.QueuePairNumber),
            Field("ibv_wc.src_qp", &completion, &completion.SourceQueuePairNumber),
            Field("ibv_wc.wc_flags", &completion, &completion.Flags),
            Field("ibv_wc.pkey_index", &completion, &completion.PartitionKeyIndex),
            Field("ibv_wc.slid", &completion, &completion.SourceLocalIdentifier),
            Field("ibv_wc.sl", &completion, &completion.ServiceLevel),
            Field("ibv_wc.dlid_path_bits", &completion, &completion.DestinationPathBits),
            Size("ibv_srq_attr", sizeof(SharedReceiveQueueAttributes)),
            Field("ibv_srq_attr.max_wr", &srq, &srq.MaxRequests),
            Field("ibv_srq_attr.max_sge", &srq, &srq.MaxElements),
            Field("ibv_srq_attr.srq_limit", &srq, &srq.Limit),
            Size("ibv_srq_init_attr", sizeof(NativeSrqInitAttributes)),
            Field("ibv_srq_init_attr.srq_context", &srqInit, &srqInit.SrqContext),
            Field("ibv_srq_init_attr.attr", &srqInit, &srqInit.Attributes),
            Size("ibv_async_event", sizeof(NativeAsyncEvent)),
            Field("ibv_async_event.element", &asyncEvent, &asyncEvent.Element),
            Field("ibv_async_event.event_type", &asyncEvent, &asyncEvent.Type),
        ];
    }

    private static List<LayoutFact> QueuePairs()
    {
        QueuePairCapabilities cap;
        NativeQpInitAttributes init;
        GlobalRoute route;
        AddressAttributes address;
        QueuePairAttributes qp;
        return
        [
            Size("ibv_qp_cap", sizeof(QueuePairCapabilities)),
            Field("ibv_qp_cap.max_send_wr", &cap, &cap.MaxSendRequests),
            Field("ibv_qp_cap.max_recv_wr", &cap, &cap.MaxReceiveRequests),
            Field("ibv_qp_cap.max_send_sge", &cap, &cap.MaxSendElements),
            Field("ibv_qp_cap.max_recv_sge", &cap, &cap.MaxReceiveElements),
            Field("ibv_qp_cap.max_inline_data", &cap, &cap.MaxInlineData),
            Size("ibv_qp_init_attr", sizeof(NativeQpInitAttributes)),
            Field("ibv_qp_init_attr.qp_context", &init, &init.QpContext),
            Field("ibv_qp_init_attr.send_cq", &init, &init.SendCq),
            Field("ibv_qp_init_attr.recv_cq", &init, &init.ReceiveCq),
            Field("ibv_qp_init_attr.srq", &init, &init.Srq),
            Field("ibv_qp_init_attr.cap", &init, &init.Capabilities),
            Field("ibv_qp_init_attr.qp_type", &init, &init.Type),
            Field("ibv_qp_init_attr.sq_sig_all", &init, &init.SignalAll),
            Size("ibv_global_route", sizeof(GlobalRoute)),
            Field("ibv_global_route.dgid", &route, &route.Destination),
            Field("ibv_global_route.flow_label", &route, &route.FlowLabel),
            Field("ibv_global_route.sgid_index", &route, &route.SourceGidIndex),
            Field("ibv_global_route.hop_limit", &route, &route.HopLimit),
            Field("ibv_global_route.traffic_class", &route, &route.TrafficClass),
            Size("ibv_ah_attr", sizeof(AddressAttributes)),
            Field("ibv_ah_attr.grh", &address, &address.Route),
            Field("ibv_ah_attr.dlid", &address, &address.DestinationLocalIdentifier),
            Field("ibv_ah_attr.sl", &address, &address.ServiceLevel),
            Field("ibv_ah_attr.src_path_bits", &address, &address.SourcePathBits),
            Field("ibv_ah_attr.static_rate", &address, &address.StaticRate),
            Field("ibv_ah_attr.is_global", &address, &address.IsGlobal),
            Field("ibv_ah_attr.port_num", &address, &address.Port),
            Size("ibv_qp_attr", sizeof(QueuePairAttributes)),
            Field("ibv_qp_attr.qp_state", &qp, &qp.State),
            Field("ibv_qp_attr.cur_qp_state", &qp, &qp.CurrentState),
            Field("ibv_qp_attr.path_mtu", &qp, &qp.PathMtu),
            Field("ibv_qp_attr.path_mig_state", &qp, &qp.PathMigrationState),
            Field("ibv_qp_attr.qkey", &qp, &qp.QueueKey),
            Field("ibv_qp_attr.rq_psn", &qp, &qp.ReceivePacketSequence),
            Field("ibv_qp_attr.sq_psn", &qp, &qp.SendPacketSequence),
            Field("ibv_qp_attr.dest_qp_num", &qp, &qp.DestinationQueuePair),
            Field("ibv_qp_attr.qp_access_flags", &qp, &qp.Access),
            Field("ibv_qp_attr.cap", &qp, &qp.Capabilities),
            Field("ibv_qp_attr.ah_attr", &qp, &qp.Address),
            Field("ibv_qp_attr.alt_ah_attr", &qp, &qp.AlternateAddress),
            Field("ibv_qp_attr.pkey_index", &qp, &qp.PartitionKeyIndex),
            Field("ibv_qp_attr.alt_pkey_index", &qp, &qp.AlternatePartitionKeyIndex),
            Field("ibv_qp_attr.en_sqd_async_notify", &qp, &qp.NotifyWhenDrained),
            Field("ibv_qp_attr.sq_draining", &qp, &qp.IsDraining),
            Field("ibv_qp_attr.max_rd_atomic", &qp, &qp.MaxReadAtomic),
            Field("ibv_qp_attr.max_dest_rd_atomic", &qp, &qp.MaxDestinationReadAtomic),
            Field("ibv_qp_attr.min_rnr_timer", &qp, &qp.MinRnrTimer),
            Field("ibv_qp_attr.port_num", &qp, &qp.Port),
            Field("ibv_qp_attr.timeout", &qp, &qp.AckTimeout),
            Field("ibv_qp_attr.retry_cnt", &qp, &qp.RetryCount),
            Field("ibv_qp_attr.rnr_retry", &qp, &qp.RnrRetry),
            Field("ibv_qp_attr.alt_port_num", &qp, &qp.AlternatePort),
            Field("ibv_qp_attr.alt_timeout", &qp, &qp.AlternateAckTimeout),
            Field("ibv_qp_attr.rate_limit", &qp, &qp.RateLimit),
        ];
    }

    private static List<LayoutFact> Devices()
    {
        DeviceAttributes device;
        PortAttributes port;
        GidEntry gid;
        return
        [
            Size("ibv_device_attr", sizeof(DeviceAttributes)),
            Field("ibv_device_attr.node_guid", &device, &device.RawNodeGuid),
            Field("ibv_device_attr.sys_image_guid", &device, &device.RawSystemImageGuid),
            Field("ibv_device_attr.max_mr_size", &device, &device.MaxRegionSize),
            Field("ibv_device_attr.page_size_cap", &device, &device.PageSizes),
            Field("ibv_device_attr.vendor_id", &device, &device.VendorId),
            Field("ibv_device_attr.vendor_part_id", &device, &device.VendorPartId),
            Field("ibv_device_attr.hw_ver", &device, &device.HardwareVersion),
            Field("ibv_device_attr.max_qp", &device, &device.MaxQueuePairs),
            Field("ibv_device_attr.max_qp_wr", &device, &device.MaxQueuePairRequests),
            Field("ibv_device_attr.device_cap_flags", &device, &device.Capabilities),
            Field("ibv_device_attr.max_sge", &device, &device.MaxElements),
            Field("ibv_device_attr.max_sge_rd", &device, &device.MaxReadElements),
            Field("ibv_device_attr.max_cq", &device, &device.MaxCompletionQueues),
            Field("ibv_device_attr.max_cqe", &device, &device.MaxCompletionQueueEntries),
            Field("ibv_device_attr.max_mr", &device, &device.MaxRegions),
            Field("ibv_device_attr.max_pd", &device, &device.MaxProtectionDomains),
            Field("ibv_device_attr.max_qp_rd_atom", &device, &device.MaxReadAtomic),
            Field("ibv_device_attr.max_ee_rd_atom", &device, &device.MaxReadAtomicEndToEnd),
            Field("ibv_device_attr.max_res_rd_atom", &device, &device.MaxReadAtomicTotal),
            Field("ibv_device_attr.max_qp_init_rd_atom", &device, &device.MaxInitiatedReadAtomic),
            Field("ibv_device_attr.max_ee_init_rd_atom", &device, &device.MaxInitiatedReadAtomicEndToEnd),
            Field("ibv_device_attr.atomic_cap", &device, &device.Atomics),
            Field("ibv_device_attr.max_ee", &device, &device.MaxEndToEndContexts),
            Field("ibv_device_attr.max_rdd", &device, &device.MaxReliableDatagramDomains),
            Field("ibv_device_attr.max_mw", &device, &device.MaxMemoryWindows),
            Field("ibv_device_attr.max_raw_ipv6_qp", &device, &device.MaxRawIPv6QueuePairs),
            Field("ibv_device_attr.max_raw_ethy_qp", &device, &device.MaxRawEthernetQueuePairs),
            Field("ibv_device_attr.max_mcast_grp", &device, &device.MaxMulticastGroups),
            Field("ibv_device_attr.max_mcast_qp_attach", &device, &device.MaxMulticastQueuePairs),
            Field("ibv_device_attr.max_total_mcast_qp_attach", &device, &device.MaxMulticastQueuePairsTotal),
            Field("ibv_device_attr.max_ah", &device, &device.MaxAddressHandles),
            Field("ibv_device_attr.max_fmr", &device, &device.MaxFastMemoryRegions),
            Field("ibv_device_attr.max_map_per_fmr", &device, &device.MaxMapsPerFastMemoryRegion),
            Field("ibv_device_attr.max_srq", &device, &device.MaxSharedReceiveQueues),
            Field("ibv_device_attr.max_srq_wr", &device, &device.MaxSharedReceiveQueueRequests),
            Field("ibv_device_attr.max_srq_sge", &device, &device.MaxSharedReceiveQueueElements),
            Field("ibv_device_attr.max_pkeys", &device, &device.MaxPartitionKeys),
            Field("ibv_device_attr.local_ca_ack_delay", &device, &device.LocalAckDelay),
            Field("ibv_device_attr.phys_port_cnt", &device, &device.PortCount),
            Field("ibv_port_attr.state", &port, &port.State),
            Field("ibv_port_attr.max_mtu", &port, &port.MaxMtu),
            Field("ibv_port_attr.active_mtu", &port, &port.ActiveMtu),
            Field("ibv_port_attr.gid_tbl_len", &port, &port.GidTableLength),
            Field("ibv_port_attr.port_cap_flags", &port, &port.CapabilityFlags),
            Field("ibv_port_attr.max_msg_sz", &port, &port.MaxMessageSize),
            Field("ibv_port_attr.bad_pkey_cntr", &port, &port.BadPartitionKeyCount),
            Field("ibv_port_attr.qkey_viol_cntr", &port, &port.QueueKeyViolationCount),
            Field("ibv_port_attr.pkey_tbl_len", &port, &port.PartitionKeyTableLength),
            Field("ibv_port_attr.lid", &port, &port.LocalIdentifier),
            Field("ibv_port_attr.sm_lid", &port, &port.SubnetManagerLocalIdentifier),
            Field("ibv_port_attr.lmc", &port, &port.LocalIdentifierMask),
            Field("ibv_port_attr.max_vl_num", &port, &port.MaxVirtualLanes),
            Field("ibv_port_attr.sm_sl", &port, &port.SubnetManagerServiceLevel),
            Field("ibv_port_attr.subnet_timeout", &port, &port.SubnetTimeout),
            Field("ibv_port_attr.init_type_reply", &port, &port.InitTypeReply),
            Field("ibv_port_attr.active_width", &port, &port.ActiveWidth),
            Field("ibv_port_attr.active_speed", &port, &port.ActiveSpeed),
            Field("ibv_port_attr.phys_state", &port, &port.PhysicalState),
            Field("ibv_port_attr.link_layer", &port, &port.LinkLayer),
            Field("ibv_port_attr.flags", &port, &port.Flags),
            Field("ibv_port_attr.port_cap_flags2", &port, &port.CapabilityFlags2),
            Size("ibv_gid_entry", sizeof(GidEntry)),
            Field("ibv_gid_entry.gid", &gid, &gid.Gid),
            Field("ibv_gid_entry.gid_index", &gid, &gid.Index),
            Field("ibv_gid_entry.port_num", &gid, &gid.Port),
            Field("ibv_gid_entry.gid_type", &gid, &gid.Type),
            Field("ibv_gid_entry.ndev_ifindex", &gid, &gid.InterfaceIndex),
        ];
    }

    private static List<LayoutFact> Memory()
    {
        NativeMemoryRegion region;
        NativeMemoryWindow window;
        return
        [
            Size("ibv_mr", sizeof(NativeMemoryRegion)),
            Field("ibv_mr.lkey", &region, &region.LocalKey),
            Field("ibv_mr.rkey", &region, &region.RemoteKey),
            Size("ibv_mw", sizeof(NativeMemoryWindow)),
            Field("ibv_mw.rkey", &window, &window.RemoteKey),
        ];
    }

    private static List<LayoutFact> ConnectionManager()
    {
        NativeCmId id;
        NativeConnectionParameters parameters;
        NativeCmEvent cmEvent;
        return
        [
            Size("rdma_cm_id", sizeof(NativeCmId)),
            Field("rdma_cm_id.verbs", &id, &id.Verbs),
            Field("rdma_cm_id.context", &id, &id.Context),
            Field("rdma_cm_id.qp", &id, &id.Qp),
            Field("rdma_cm_id.port_num", &id, &id.Port),
            new('F', "rdma_cm_id.route.addr.src_addr", NativeCmId.SourceAddressOffset),
            new('F', "rdma_cm_id.route.addr.dst_addr", NativeCmId.DestinationAddressOffset),
            Size("rdma_conn_param", sizeof(NativeConnectionParameters)),
            Field("rdma_conn_param.private_data", &parameters, &parameters.PrivateData),
            Field("rdma_conn_param.private_data_len", &parameters, &parameters.PrivateDataLength),
            Field("rdma_conn_param.responder_resources", &parameters, &parameters.ResponderResources),
            Field("rdma_conn_param.initiator_depth", &parameters, &parameters.InitiatorDepth),
            Field("rdma_conn_param.flow_control", &parameters, &parameters.FlowControl),
            Field("rdma_conn_param.retry_count", &parameters, &parameters.RetryCount),
            Field("rdma_conn_param.rnr_retry_count", &parameters, &parameters.RnrRetryCount),
            Field("rdma_conn_param.srq", &parameters, &parameters.Srq),
            Field("rdma_conn_param.qp_num", &parameters, &parameters.QpNumber),
            Size("rdma_cm_event", sizeof(NativeCmEvent)),
            Field("rdma_cm_event.id", &cmEvent, &cmEvent.Id),
            Field("rdma_cm_event.listen_id", &cmEvent, &cmEvent.ListenId),
            Field("rdma_cm_event.event", &cmEvent, &cmEvent.Type),
            Field("rdma_cm_event.status", &cmEvent, &cmEvent.Status),
            Field("rdma_cm_event.param.conn.private_data", &cmEvent, &cmEvent.Connection),
        ];
    }

    private static List<LayoutFact> Offsets() =>
    [
        new('F', "ibv_device.node_type", VerbsLayout.DeviceNodeType),
        new('F', "ibv_device.transport_type", VerbsLayout.DeviceTransportType),
        new('F', "ibv_device.name", VerbsLayout.DeviceName),
        new('F', "ibv_device.ibdev_path", VerbsLayout.DeviceSysfsPath),
        new('F', "ibv_context.device", VerbsLayout.ContextDevice),
        new('F', "ibv_context.async_fd", VerbsLayout.ContextAsyncDescriptor),
        new('F', "ibv_context.num_comp_vectors", VerbsLayout.ContextCompletionVectors),
        new('F', "ibv_comp_channel.fd", VerbsLayout.ChannelDescriptor),
        new('F', "rdma_event_channel.fd", VerbsLayout.EventChannelDescriptor),
        new('F', "ibv_cq.cq_context", VerbsLayout.CqContext),
        new('F', "ibv_cq.cqe", VerbsLayout.CqEntries),
        new('F', "ibv_srq.srq_context", VerbsLayout.SrqContext),
        new('F', "ibv_qp.qp_context", VerbsLayout.QpContext),
        new('F', "ibv_qp.qp_num", VerbsLayout.QpNumber),
        new('O', "ibv_context.ops.alloc_mw", ContextOperations.AllocMwOffset),
        new('O', "ibv_context.ops.dealloc_mw", ContextOperations.DeallocMwOffset),
        new('O', "ibv_context.ops.poll_cq", ContextOperations.PollCqOffset),
        new('O', "ibv_context.ops.req_notify_cq", ContextOperations.RequestNotifyCqOffset),
        new('O', "ibv_context.ops.post_srq_recv", ContextOperations.PostSrqReceiveOffset),
        new('O', "ibv_context.ops.post_send", ContextOperations.PostSendOffset),
        new('O', "ibv_context.ops.post_recv", ContextOperations.PostReceiveOffset),
    ];

    private static List<LayoutFact> Constants()
    {
        var facts = new List<LayoutFact>();
        Add("IBV_WR_",
            ("RDMA_WRITE", SendOperation.RdmaWrite), ("RDMA_WRITE_WITH_IMM", SendOperation.RdmaWriteWithImmediate),
            ("SEND", SendOperation.Send), ("SEND_WITH_IMM", SendOperation.SendWithImmediate),
            ("RDMA_READ", SendOperation.RdmaRead), ("ATOMIC_CMP_AND_SWP", SendOperation.AtomicCompareAndSwap),
            ("ATOMIC_FETCH_AND_ADD", SendOperation.AtomicFetchAndAdd), ("LOCAL_INV", SendOperation.LocalInvalidate),
            ("BIND_MW", SendOperation.BindMemoryWindow), ("SEND_WITH_INV", SendOperation.SendWithInvalidate));
        Add("IBV_SEND_",
            ("FENCE", SendFlags.Fence), ("SIGNALED", SendFlags.Signaled), ("SOLICITED", SendFlags.Solicited),
            ("INLINE", SendFlags.Inline));
        Add("IBV_WC_",
            ("SEND", WorkCompletionOperation.Send), ("RDMA_WRITE", WorkCompletionOperation.RdmaWrite),
            ("RDMA_READ", WorkCompletionOperation.RdmaRead), ("COMP_SWAP", WorkCompletionOperation.CompareAndSwap),
            ("FETCH_ADD", WorkCompletionOperation.FetchAndAdd), ("BIND_MW", WorkCompletionOperation.BindMemoryWindow),
            ("LOCAL_INV", WorkCompletionOperation.LocalInvalidate), ("RECV", WorkCompletionOperation.Receive),
            ("RECV_RDMA_WITH_IMM", WorkCompletionOperation.ReceiveRdmaWithImmediate));
        Add("IBV_WC_",
            ("GRH", WorkCompletionFlags.GlobalRoutingHeader), ("WITH_IMM", WorkCompletionFlags.WithImmediate),
            ("IP_CSUM_OK", WorkCompletionFlags.IpChecksumOk), ("WITH_INV", WorkCompletionFlags.WithInvalidate));
        Add("IBV_WC_",
            ("SUCCESS", WorkCompletionStatus.Success), ("LOC_LEN_ERR", WorkCompletionStatus.LocalLengthError),
            ("LOC_QP_OP_ERR", WorkCompletionStatus.LocalQueuePairOperationError),
            ("LOC_EEC_OP_ERR", WorkCompletionStatus.LocalEndToEndContextOperationError),
            ("LOC_PROT_ERR", WorkCompletionStatus.LocalProtectionError),
            ("WR_FLUSH_ERR", WorkCompletionStatus.FlushError),
            ("MW_BIND_ERR", WorkCompletionStatus.MemoryWindowBindError),
            ("BAD_RESP_ERR", WorkCompletionStatus.BadResponseError),
            ("LOC_ACCESS_ERR", WorkCompletionStatus.LocalAccessError),
            ("REM_INV_REQ_ERR", WorkCompletionStatus.RemoteInvalidRequestError),
            ("REM_ACCESS_ERR", WorkCompletionStatus.RemoteAccessError),
            ("REM_OP_ERR", WorkCompletionStatus.RemoteOperationError),
            ("RETRY_EXC_ERR", WorkCompletionStatus.RetryExceeded),
            ("RNR_RETRY_EXC_ERR", WorkCompletionStatus.ReceiverNotReadyRetryExceeded),
            ("LOC_RDD_VIOL_ERR", WorkCompletionStatus.LocalReliableDatagramViolation),
            ("REM_INV_RD_REQ_ERR", WorkCompletionStatus.RemoteInvalidReliableDatagramRequest),
            ("REM_ABORT_ERR", WorkCompletionStatus.RemoteAborted),
            ("INV_EECN_ERR", WorkCompletionStatus.InvalidEndToEndContextNumber),
            ("INV_EEC_STATE_ERR", WorkCompletionStatus.InvalidEndToEndContextState),
            ("FATAL_ERR", WorkCompletionStatus.FatalError),
            ("RESP_TIMEOUT_ERR", WorkCompletionStatus.ResponseTimeout),
            ("GENERAL_ERR", WorkCompletionStatus.GeneralError), ("TM_ERR", WorkCompletionStatus.TagMatchingError),
            ("TM_RNDV_INCOMPLETE", WorkCompletionStatus.TagMatchingRendezvousIncomplete));
        Add("IBV_ACCESS_",
            ("LOCAL_WRITE", AccessFlags.LocalWrite), ("REMOTE_WRITE", AccessFlags.RemoteWrite),
            ("REMOTE_READ", AccessFlags.RemoteRead), ("REMOTE_ATOMIC", AccessFlags.RemoteAtomic),
            ("MW_BIND", AccessFlags.MemoryWindowBind), ("ZERO_BASED", AccessFlags.ZeroBased),
            ("ON_DEMAND", AccessFlags.OnDemand), ("HUGETLB", AccessFlags.HugePages),
            ("RELAXED_ORDERING", AccessFlags.RelaxedOrdering));
        Add("IBV_QPS_",
            ("RESET", QueuePairState.Reset), ("INIT", QueuePairState.Init), ("RTR", QueuePairState.ReadyToReceive),
            ("RTS", QueuePairState.ReadyToSend), ("SQD", QueuePairState.SendQueueDrained),
            ("SQE", QueuePairState.SendQueueError), ("ERR", QueuePairState.Error),
            ("UNKNOWN", QueuePairState.Unknown));
        Add("IBV_QP_",
            ("STATE", QueuePairAttributeMask.State), ("CUR_STATE", QueuePairAttributeMask.CurrentState),
            ("EN_SQD_ASYNC_NOTIFY", QueuePairAttributeMask.NotifyWhenDrained),
            ("ACCESS_FLAGS", QueuePairAttributeMask.Access), ("PKEY_INDEX", QueuePairAttributeMask.PartitionKeyIndex),
            ("PORT", QueuePairAttributeMask.Port), ("QKEY", QueuePairAttributeMask.QueueKey),
            ("AV", QueuePairAttributeMask.Address), ("PATH_MTU", QueuePairAttributeMask.PathMtu),
            ("TIMEOUT", QueuePairAttributeMask.AckTimeout), ("RETRY_CNT", QueuePairAttributeMask.RetryCount),
            ("RNR_RETRY", QueuePairAttributeMask.RnrRetry), ("RQ_PSN", QueuePairAttributeMask.ReceivePacketSequence),
            ("MAX_QP_RD_ATOMIC", QueuePairAttributeMask.MaxReadAtomic),
            ("ALT_PATH", QueuePairAttributeMask.AlternatePath), ("MIN_RNR_TIMER", QueuePairAttributeMask.MinRnrTimer),
            ("SQ_PSN", QueuePairAttributeMask.SendPacketSequence),
            ("MAX_DEST_RD_ATOMIC", QueuePairAttributeMask.MaxDestinationReadAtomic),
            ("PATH_MIG_STATE", QueuePairAttributeMask.PathMigrationState),
            ("CAP", QueuePairAttributeMask.Capabilities), ("DEST_QPN", QueuePairAttributeMask.DestinationQueuePair),
            ("RATE_LIMIT", QueuePairAttributeMask.RateLimit));
        Add("IBV_MTU_",
            ("256", PathMtu.Mtu256), ("512", PathMtu.Mtu512), ("1024", PathMtu.Mtu1024), ("2048", PathMtu.Mtu2048),
            ("4096", PathMtu.Mtu4096));
        Add("IBV_NODE_",
            ("UNKNOWN", NodeType.Unknown), ("CA", NodeType.ChannelAdapter), ("SWITCH", NodeType.Switch),
            ("ROUTER", NodeType.Router), ("RNIC", NodeType.Rnic), ("USNIC", NodeType.Usnic),
            ("USNIC_UDP", NodeType.UsnicUdp), ("UNSPECIFIED", NodeType.Unspecified));
        Add("IBV_TRANSPORT_",
            ("UNKNOWN", TransportType.Unknown), ("IB", TransportType.InfiniBand), ("IWARP", TransportType.Iwarp),
            ("USNIC", TransportType.Usnic), ("USNIC_UDP", TransportType.UsnicUdp),
            ("UNSPECIFIED", TransportType.Unspecified));
        Add("IBV_PORT_",
            ("NOP", PortState.Nop), ("DOWN", PortState.Down), ("INIT", PortState.Init), ("ARMED", PortState.Armed),
            ("ACTIVE", PortState.Active), ("ACTIVE_DEFER", PortState.ActiveDefer));
        Add("IBV_LINK_LAYER_",
            ("UNSPECIFIED", LinkLayer.Unspecified), ("INFINIBAND", LinkLayer.InfiniBand),
            ("ETHERNET", LinkLayer.Ethernet));
        Add("IBV_ATOMIC_",
            ("NONE", AtomicCapability.None), ("HCA", AtomicCapability.Device), ("GLOB", AtomicCapability.Global));
        Add("IBV_DEVICE_",
            ("RESIZE_MAX_WR", DeviceCapabilities.ResizeQueuePair),
            ("BAD_PKEY_CNTR", DeviceCapabilities.BadPartitionKeyCounter),
            ("BAD_QKEY_CNTR", DeviceCapabilities.BadQueueKeyCounter),
            ("AUTO_PATH_MIG", DeviceCapabilities.AutomaticPathMigration),
            ("CHANGE_PHY_PORT", DeviceCapabilities.ChangePhysicalPort),
            ("CURR_QP_STATE_MOD", DeviceCapabilities.CurrentQueuePairState),
            ("SHUTDOWN_PORT", DeviceCapabilities.ShutdownPort),
            ("PORT_ACTIVE_EVENT", DeviceCapabilities.PortActiveEvent),
            ("SYS_IMAGE_GUID", DeviceCapabilities.SystemImageGuid),
            ("RC_RNR_NAK_GEN", DeviceCapabilities.ReceiverNotReadyOnRc),
            ("SRQ_RESIZE", DeviceCapabilities.ResizeSharedReceiveQueue),
            ("N_NOTIFY_CQ", DeviceCapabilities.NotifyAfterCount), ("MEM_WINDOW", DeviceCapabilities.MemoryWindow),
            ("UD_IP_CSUM", DeviceCapabilities.UdIpChecksum), ("XRC", DeviceCapabilities.Xrc),
            ("MEM_MGT_EXTENSIONS", DeviceCapabilities.MemoryManagementExtensions),
            ("MEM_WINDOW_TYPE_2A", DeviceCapabilities.MemoryWindowType2A),
            ("MEM_WINDOW_TYPE_2B", DeviceCapabilities.MemoryWindowType2B),
            ("RC_IP_CSUM", DeviceCapabilities.RcIpChecksum), ("RAW_IP_CSUM", DeviceCapabilities.RawIpChecksum),
            ("MANAGED_FLOW_STEERING", DeviceCapabilities.ManagedFlowSteering));
        Add("IBV_GID_TYPE_",
            ("IB", GidType.InfiniBand), ("ROCE_V1", GidType.RoceV1), ("ROCE_V2", GidType.RoceV2));
        Add("IBV_EVENT_",
            ("CQ_ERR", AsyncEventType.CompletionQueueError), ("QP_FATAL", AsyncEventType.QueuePairFatal),
            ("QP_REQ_ERR", AsyncEventType.QueuePairRequestError),
            ("QP_ACCESS_ERR", AsyncEventType.QueuePairAccessError),
            ("COMM_EST", AsyncEventType.CommunicationEstablished), ("SQ_DRAINED", AsyncEventType.SendQueueDrained),
            ("PATH_MIG", AsyncEventType.PathMigrated), ("PATH_MIG_ERR", AsyncEventType.PathMigrationError),
            ("DEVICE_FATAL", AsyncEventType.DeviceFatal), ("PORT_ACTIVE", AsyncEventType.PortActive),
            ("PORT_ERR", AsyncEventType.PortError), ("LID_CHANGE", AsyncEventType.LocalIdentifierChange),
            ("PKEY_CHANGE", AsyncEventType.PartitionKeyChange), ("SM_CHANGE", AsyncEventType.SubnetManagerChange),
            ("SRQ_ERR", AsyncEventType.SharedReceiveQueueError),
            ("SRQ_LIMIT_REACHED", AsyncEventType.SharedReceiveQueueLimitReached),
            ("QP_LAST_WQE_REACHED", AsyncEventType.LastRequestReached),
            ("CLIENT_REREGISTER", AsyncEventType.ClientReregister), ("GID_CHANGE", AsyncEventType.GidChange),
            ("WQ_FATAL", AsyncEventType.WorkQueueFatal));
        Add("RDMA_CM_EVENT_",
            ("ADDR_RESOLVED", CmEventType.AddressResolved), ("ADDR_ERROR", CmEventType.AddressError),
            ("ROUTE_RESOLVED", CmEventType.RouteResolved), ("ROUTE_ERROR", CmEventType.RouteError),
            ("CONNECT_REQUEST", CmEventType.ConnectRequest), ("CONNECT_RESPONSE", CmEventType.ConnectResponse),
            ("CONNECT_ERROR", CmEventType.ConnectError), ("UNREACHABLE", CmEventType.Unreachable),
            ("REJECTED", CmEventType.Rejected), ("ESTABLISHED", CmEventType.Established),
            ("DISCONNECTED", CmEventType.Disconnected), ("DEVICE_REMOVAL", CmEventType.DeviceRemoval),
            ("MULTICAST_JOIN", CmEventType.MulticastJoin), ("MULTICAST_ERROR", CmEventType.MulticastError),
            ("ADDR_CHANGE", CmEventType.AddressChange), ("TIMEWAIT_EXIT", CmEventType.TimewaitExit));
        facts.Add(new LayoutFact('E', "RDMA_PS_TCP", CmId.PortSpaceTcp));
        facts.Add(new LayoutFact('E', "RDMA_OPTION_ID", CmId.OptionLevelId));
        facts.Add(new LayoutFact('E', "RDMA_OPTION_ID_TOS", CmId.OptionTypeOfService));
        facts.Add(new LayoutFact('E', "RDMA_OPTION_ID_REUSEADDR", CmId.OptionReuseAddress));
        facts.Add(new LayoutFact('E', "RDMA_OPTION_ID_AFONLY", CmId.OptionAddressFamilyOnly));
        facts.Add(new LayoutFact('E', "RDMA_OPTION_ID_ACK_TIMEOUT", CmId.OptionAckTimeout));
        facts.Add(new LayoutFact('E', "RDMA_MAX_RESP_RES", ConnectionParameters.DeviceMaximum));
        facts.Add(new LayoutFact('E', "RDMA_MAX_INIT_DEPTH", ConnectionParameters.DeviceMaximum));
        facts.Add(new LayoutFact('E', "IBV_QPT_RC", NativeQpInitAttributes.ReliableConnected));
        facts.Add(new LayoutFact('E', "IBV_MW_TYPE_2", MemoryWindow.Type2));
        facts.Add(new LayoutFact('E', "IBV_SRQ_MAX_WR", SharedReceiveQueue.MaskMaxRequests));
        facts.Add(new LayoutFact('E', "IBV_SRQ_LIMIT", SharedReceiveQueue.MaskLimit));
        return facts;

        void Add<T>(string prefix, params ReadOnlySpan<(string Name, T Value)> members) where T : struct, Enum
        {
            foreach ((string name, T value) in members)
                facts.Add(new LayoutFact('E', prefix + name, Convert.ToInt64(value, null)));
        }
    }

    private static LayoutFact Size(string name, int size) => new('S', name, size);

    private static LayoutFact Field(string name, void* start, void* field) =>
        new('F', name, (byte*)field - (byte*)start);
}
