# Making and describing an rxe device. Used on the host and in the guest.

readonly roce_mtu=4200   # the path MTU of RoCE is the largest of 256…4096 that fits: 4096 and its headers

# A moment in which traps run and no process is started.
pause() { read -r -t 0.1 -u "$never"; }
exec {never}<> <(:)

# wait_for SECONDS COMMAND…: true as soon as COMMAND is, false after that time.
wait_for() {
    local deadline=$((SECONDS + $1)) && shift
    until "$@"; do
        ((SECONDS < deadline)) || return 1
        pause
    done
}

# add_rxe DEVICE NETDEV ADDRESS/PREFIX…: the address is usable, and in the GID table, when it returns.
add_rxe() {
    local device=$1 netdev=$2 address && shift 2
    for address in "$@"; do
        # nodad: an IPv6 address is otherwise tentative for a second or two.
        as_root ip address add "$address" dev "$netdev" $([[ $address != *:* ]] || echo nodad) || return
    done
    as_root rdma link add "$device" type rxe netdev "$netdev" || return
    wait_for 10 port_active "$device" && wait_for 10 gids_ready "$device" "$@"
}

port_active() {
    local state
    for state in "/sys/class/infiniband/$1/ports/"*/state; do
        [[ $(<"$state") != *ACTIVE* ]] || return 0
    done 2>/dev/null
    return 1
}

# True if the device's GID table has as many addresses as were given, besides the link-local one. They come first; the
# table has a thousand places.
gids_ready() {
    local device=$1 index gid count=0 && shift
    for ((index = 0; index < $# + 4; index++)); do
        gid=
        read -r gid <"/sys/class/infiniband/$device/ports/1/gids/$index"
        [[ -z $gid || $gid == fe80:* || $gid != *[1-9a-f]* ]] || ((++count))
    done 2>/dev/null
    ((count >= $#))
}
