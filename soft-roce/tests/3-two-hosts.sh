# Two virtual machines on one link.

run 200 --hosts 2 -- bash -c '
    echo "I am $RDMA_ROLE, $RDMA_ADDRESS, $RDMA_ADDRESS6, and $RDMA_PEER, $RDMA_PEER6 is my peer"
    if [[ $RDMA_ROLE == server ]]; then
        timeout 60 rping -s -a "$RDMA_ADDRESS" -C 3 -v && touch "$RESULTS/rping-done"
        timeout 60 ib_send_lat -R -d "$RDMA_DEVICE" -m 4096 -s 64 -n 200
    else
        ping -c 1 -W 10 "$RDMA_PEER6" >/dev/null && echo "IPv6 works"
        for try in {1..20}; do timeout 60 rping -c -a "$RDMA_PEER" -C 3 -v && break; sleep 0.5; done
        until [[ -e $RESULTS/rping-done ]]; do sleep 0.2; done
        for try in {1..20}; do
            timeout 60 ib_send_lat -R -d "$RDMA_DEVICE" -m 4096 -s 64 -n 200 "$RDMA_PEER" && break
            sleep 0.5
        done
    fi'
check 'two hosts: status 0' test "$status" = 0
check 'two hosts: the server' contains "$output" '[server] I am server, 10.77.0.1, fd77::1, and 10.77.0.2, fd77::2 is'
check 'two hosts: the client' contains "$output" '[client] I am client, 10.77.0.2, fd77::2, and 10.77.0.1, fd77::1 is'
check 'two hosts: IPv6' contains "$output" '[client] IPv6 works'
check 'two hosts: rping, server' contains "$output" '[server] server ping data: rdma-ping-2'
check 'two hosts: rping, client' contains "$output" '[client] ping data: rdma-ping-2'
check 'two hosts: ib_send_lat' grep -qE '^\[client\]  64 +200 ' "$TMPDIR/out"
check 'two hosts: nothing left' nothing_left

run 200 --hosts 2 -- bash -c '[[ $RDMA_ROLE == server ]] && sleep 1000; exit 3'
check 'two hosts: the status of the one that fails' test "$status" = 3
check 'two hosts: the other one is ended' test "$elapsed" -lt 60
check 'two hosts: nothing left then either' nothing_left
