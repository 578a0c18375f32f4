# Every way in which a run can end before its command does.

run 120 --timeout 3 -- sleep 1000
check 'time-out: status 124' test "$status" = 124
check 'time-out: said' contains "$errors" 'did not end within 3 s'
check 'time-out: nothing left' nothing_left

run 120 -- bash -c 'echo before; echo c >/proc/sysrq-trigger'
check 'kernel panic: status 125' test "$status" = 125
check 'kernel panic: what was printed before' contains "$output" before
check 'kernel panic: the console shows it' contains "$errors" 'Kernel panic'
check 'kernel panic: nothing left' nothing_left

SOFT_ROCE_BOOT_LIMIT=1 run 120 -- true
check 'a guest that does not come up: status 125' test "$status" = 125
check 'a guest that does not come up: nothing left' nothing_left

SOFT_ROCE_SILENCE_LIMIT=8 start_run -- bash -c 'touch "$RESULTS/started"; sleep 1000'
kill -STOP $(ours)
end_of_run
check 'a guest that hangs: status 125' test "$status" = 125
check 'a guest that hangs: said' contains "$errors" 'no sign of life for 8 s'
check 'a guest that hangs: in bounded time' test "$elapsed" -lt 30
check 'a guest that hangs: nothing left' nothing_left

for signal in INT TERM HUP; do
    start_run -- bash -c 'touch "$RESULTS/started"; sleep 1000'
    kill -s "$signal" "$runner"
    end_of_run
    check "SIG$signal: status" test "$status" = $((128 + $(kill -l "$signal")))
    check "SIG$signal: in bounded time" test "$elapsed" -lt 10
    check "SIG$signal: nothing left" nothing_left
done

start_run -- bash -c 'touch "$RESULTS/started"; sleep 1000'
kill -KILL "$runner"
end_of_run
sleep 1
check 'SIGKILL: no virtual machine left' test -z "$(ours)"
rm -rf "$TMPDIR"/soft-roce.*

from=$SECONDS
timeout 120 "$here/run" -- yes 2>"$TMPDIR/err" | head -n 1 >"$TMPDIR/out"
check 'nobody reads the output: the run ends' test $((SECONDS - from)) -lt 100
check 'nobody reads the output: nothing left' nothing_left
