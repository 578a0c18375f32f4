# Running the command on this machine (ways 1 and 2).

# run_here DEVICE NETDEV PROVIDED_BY
run_here() {
    export RDMA_DEVICE=$1 RDMA_PROVIDED_BY=$3 RDMA_KERNEL RDMA_HOSTS=1 RDMA_ROLE=single
    export RDMA_ADDRESS RDMA_ADDRESS6 RDMA_PEER RDMA_PEER6 RESULTS=$results
    RDMA_KERNEL=$(uname -r)
    RDMA_ADDRESS=$(address_of "$2" inet)
    RDMA_ADDRESS6=$(address_of "$2" inet6)
    RDMA_PEER=$RDMA_ADDRESS
    RDMA_PEER6=$RDMA_ADDRESS6
    [[ -n $RDMA_ADDRESS6 ]] || unset RDMA_ADDRESS6 RDMA_PEER6

    kernel_package=$(ls -S "$cache"/packages/*.deb 2>/dev/null | head -n 1)
    [[ -z $kernel_package ]] || export SOFT_ROCE_KERNEL_PACKAGE=$kernel_package

    raise_limits
    # A process group of its own (set -m), so that all of it can be ended, and Ctrl-C reaches this script alone.
    local from=$SECONDS status
    set -m
    timeout --kill-after 5 "$timeout_s" "${command[@]}" </dev/null {never}>&- &
    set +m
    on_exit "end_group $!"
    wait $!
    status=$?
    if ((SECONDS - from >= timeout_s && (status == timed_out || status == 137))); then
        status=$timed_out
        say "the command did not end within $timeout_s s"
    fi
    exit "$status"
}

end_group() {
    kill -- "-$1" 2>/dev/null || return 0
    wait_for 5 none_alive "-$1" || kill -KILL -- "-$1" 2>/dev/null
}

# The first address that other machines can reach (inet or inet6).
address_of() {
    ip -o -family "$2" address show dev "$1" scope global 2>/dev/null |
        awk '{ sub("/.*", "", $4); print $4; exit }'
}

# Registered memory counts as locked memory, whose usual limit is a few MB.
raise_limits() {
    as_root prlimit --pid $$ --memlock=unlimited:unlimited --nofile=65536:65536 2>/dev/null ||
        say "cannot raise the limits on locked memory and open files: $(ulimit -l) kB, $(ulimit -n)"
}
