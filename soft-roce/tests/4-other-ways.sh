# The other two ways, in a guest: that is a machine with an active device, and with rdma_rxe in its kernel.

run 200 -- bash -c '
    cd "$RESULTS" && mkdir /run/nested && export TMPDIR=/run/nested run='"$(printf %q "$here/run")"'
    SOFT_ROCE=auto $run -- bash -c "echo \"device: \$RDMA_DEVICE \$RDMA_ADDRESS \$RDMA_ADDRESS6 \$RDMA_PROVIDED_BY\"; exit 4"
    echo "status $?"
    rdma link delete rxe0
    SOFT_ROCE=auto $run -- bash -c "echo \"kernel: \$RDMA_PROVIDED_BY\"; rdma link; exit 5"
    echo "status $?"
    SOFT_ROCE=kernel $run --timeout 1 -- sleep 1000
    echo "status $?"
    SOFT_ROCE=kernel $run -- bash -c "touch ready; sleep 1000" & pid=$!
    until [[ -e ready ]]; do sleep 0.1; done
    kill -TERM $pid; wait $pid
    echo "status $?"
    SOFT_ROCE=device $run -- true
    echo "status $?"
    echo "left: $(rdma link; ip -br link | grep rxe; pgrep sleep -a | grep 1000; ls /run/nested)."'
check 'an active device is used' contains "$output" 'device: rxe0 10.77.0.1 fd77::1 device'
check 'the status comes through (device)' contains "$output" 'status 4'
check 'else rdma_rxe is' contains "$output" 'kernel: kernel'
check 'its device is active' grep -qE '^link rxe[0-9]+/1 state ACTIVE' "$TMPDIR/out"
check 'the status comes through (kernel)' contains "$output" 'status 5'
check 'time-out (kernel)' contains "$output" 'status 124'
check 'SIGTERM (kernel)' contains "$output" 'status 143'
check 'a way that was asked for and is not there' contains "$output" 'status 125'
check 'what was added is taken away' contains "$output" 'left: .'

# Two at once.
start_run -- bash -c 'touch "$RESULTS/started"; sleep 5; echo first'
(run 120 -- echo second; [[ $status == 0 && $output == second ]])
check 'a second run beside the first' test $? = 0
end_of_run
