# Way 1: this machine has an active RDMA device.

device_usable() {
    local path
    reason='no RDMA device in /sys/class/infiniband'
    for path in /sys/class/infiniband/*; do
        [[ -e $path ]] || continue
        device=${path##*/}
        if ! port_active "$device"; then
            reason="$device has no active port"
        elif ! netdev=$(netdev_of "$path"); then
            reason="$device has no network interface with an IPv4 address"
        elif [[ ! -w /dev/infiniband/rdma_cm ]]; then
            reason='/dev/infiniband/rdma_cm is not there or not ours to use'
        else
            reason="$device is active on $netdev"
            return 0
        fi
    done
    return 1
}

# The network interface of a device: RoCE devices name it with their GIDs, InfiniBand ones have IP over InfiniBand.
netdev_of() {
    local name
    for name in $(cat "$1"/ports/*/gid_attrs/ndevs/0 2>/dev/null; ls "$1/device/net" 2>/dev/null); do
        [[ -z $(address_of "$name" inet) ]] || { echo "$name"; return; }
    done
    return 1
}

device_run() {
    need_rdma_packages
    run_here "$device" "$netdev" device
}
