# What the command sees, and what comes back from it.

run 30
check 'no command: usage, status 2' test "$status" = 2
run 30 --hosts 3 -- true
check 'three hosts: status 2' test "$status" = 2

export FASTSOCKETS_SELF_TEST='a b $c' NOT_FOR_THE_GUEST=1
run 120 --env ALSO='x "y"' -- bash -c '
    echo "out: $0 $FASTSOCKETS_SELF_TEST $ALSO [${NOT_FOR_THE_GUEST:-unset}]"
    echo "error" >/dev/stderr
    echo "where: $PWD, $(ulimit -l), $(ulimit -n)"
    echo "rdma: $RDMA_DEVICE $RDMA_ADDRESS $RDMA_ADDRESS6 $RDMA_PEER $RDMA_PEER6 $RDMA_HOSTS $RDMA_ROLE"
    echo "kernel: $RDMA_KERNEL $(uname -r)"
    echo "package: $(stat -Lc %s "$SOFT_ROCE_KERNEL_PACKAGE")"
    head -c 3000000 /dev/urandom >"$RESULTS/random"
    sha256sum <"$RESULTS/random" >"$RESULTS/sum"
    touch "$HOME/soft-roce-self-test" && echo "home is writable"
    ibv_devinfo
    head -c 5000000 /dev/zero | tr "\0" "\001"
    exit 7' 'an  argument'
check 'exit status' test "$status" = 7
check 'arguments and variables' contains "$output" 'out: an  argument a b $c x "y" [unset]'
check 'the working directory and limits' contains "$output" "where: $TMPDIR, unlimited, 65536"
check 'RDMA variables' contains "$output" 'rdma: rxe0 10.77.0.1 fd77::1 10.77.0.1 fd77::1 1 single'
check 'an active device with the largest path MTU' contains "$(tr -s '\t ' ' ' <<<"$output")" 'active_mtu: 4096 (5)'
check 'errors apart from output' lacks "$output" error
check 'errors pass through' contains "$errors" error
check 'one line says which way and why' contains "$errors" 'soft-roce: vm: 1 virtual machine with Linux 6.'
check "a large output comes whole" test "$(tr -dc "\001" <"$TMPDIR/out" | wc -c)" = 5000000
check 'the kernel package is a large file' test "$(sed -n 's/^package: //p' <<<"$output")" -ge 50000000
check 'results come back' test "$(sha256sum <"$TMPDIR/results/random")" = "$(<"$TMPDIR/results/sum")"
check 'the host is not written to' test ! -e "$HOME/soft-roce-self-test"
check 'nothing left' nothing_left

run 120 -- no-such-command
check 'no such command: status 127' test "$status" = 127
check 'no such command: said' contains "$errors" no-such-command

run 30 --instruction-clock --hosts 2 -- true
check 'the instruction clock is for one host: status 2' test "$status" = 2
run 120 --instruction-clock -- bash -c '
    work() { local from=${EPOCHREALTIME/./} i; for ((i = 0; i < 20000; i++)); do :; done; echo $((${EPOCHREALTIME/./} - from)); }
    work >/dev/null
    echo "$(nproc) $(work) $(work)"'
read -r processors first second <<<"$output"
check 'the instruction clock: one processor' test "$processors" = 1
check 'the instruction clock: the same work takes the same time, to 2 %' \
    test $((first > second ? first - second : second - first)) -le $((first / 50))
