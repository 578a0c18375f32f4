# Way 2: this machine's kernel has rdma_rxe and we may use it. The rxe device gets a pair of virtual interfaces of its
# own: no interface of the machine is touched, and all of it goes when the run ends.

kernel_usable() {
    can_be_root || { reason='not root, and no sudo'; return 1; }
    command -v modprobe >/dev/null || need_packages kmod
    if [[ ! -d /sys/module/rdma_rxe ]]; then
        as_root modprobe rdma_rxe 2>/dev/null || { reason="Linux $(uname -r) has no rdma_rxe to load"; return 1; }
        on_exit 'as_root modprobe -r rdma_rxe 2>/dev/null'
    fi
    as_root modprobe rdma_ucm 2>/dev/null
    need_rdma_packages
    make_rxe || { reason='rdma_rxe is loaded, but no device could be made with it'; return 1; }
    reason="Linux $(uname -r) has rdma_rxe: made $device on $netdev"
}

make_rxe() {
    device=rxe$$ netdev=rxe$$a
    local net=$((1 + $$ % 250))
    # Adding the link fails with ENOENT where this algorithm is missing.
    as_root modprobe crc32_generic 2>/dev/null
    as_root ip link add "$netdev" mtu "$roce_mtu" type veth peer name "rxe$$b" mtu "$roce_mtu" || return
    on_exit "as_root ip link delete $netdev"
    as_root ip link set "rxe$$b" up && as_root ip link set "$netdev" up || return
    on_exit "as_root rdma link delete $device 2>/dev/null"
    add_rxe "$device" "$netdev" "10.77.$net.1/24" "fd77:$net::1/64"
}

kernel_run() { run_here "$device" "$netdev" kernel; }
