# Starting virtual machines and watching over them until each has told its status.

readonly boot_limit_s=${SOFT_ROCE_BOOT_LIMIT:-180}      # for a guest to say that it is up
readonly silence_limit_s=${SOFT_ROCE_SILENCE_LIMIT:-90} # between its signs of life
readonly peer_limit_s=10                                # for the other guest, when one has failed
readonly end_limit_s=10                                 # from a guest's status to its end

# One element for each guest. State: booting → up → running → ended (has told its status).
declare -a guest_process=() guest_role=() guest_state=() guest_heard=() guest_status=() words_to=() words_from=()
declare -a forwarders=()

start_guest() {
    local guest=$1 role=$2 folder=$scratch/guest$1 channel number=0 to from
    mkdir "$folder"
    write_share "$guest" "$role" "$folder/share"

    local -a ports=(-device "virtio-serial-pci,max_ports=4")
    for channel in control output errors; do
        mkfifo "$folder/$channel.in" "$folder/$channel.out"
        ports+=(-chardev "pipe,id=$channel,path=${folder//,/,,}/$channel"
            -device "virtserialport,chardev=$channel,nr=$((++number))")
    done
    # Opened for both directions, so that nobody waits for the other end; that the guest is gone shows by its process.
    exec {to}<>"$folder/control.in" {from}<>"$folder/control.out"

    local -a network=(-nic none)
    if ((hosts == 2)); then
        network=(-netdev "stream,id=link,server=$( ((guest == 0)) && echo on || echo off)$(
        ),addr.type=unix,addr.path=${scratch//,/,,}/link"
            -device "virtio-net-pci,netdev=link,romfile=,mac=52:54:00:77:00:0$((guest + 1))")
    fi
    # pdeathsig: the guest ends with this script even when that is killed with -9.
    setpriv --pdeathsig KILL "$qemu" "${qemu_machine[@]}" "${qemu_accelerator[@]}" \
        -smp "$cpus" -m "$memory_mb" -nodefaults -no-user-config -no-reboot -display none \
        -kernel "$kernel_image" -initrd "$initramfs" \
        -append "console=$console quiet loglevel=4 panic=-1 mitigations=off nokaslr nowatchdog $kernel_options" \
        -serial "file:$folder/console" "${ports[@]}" "${network[@]}" \
        -virtfs "local,path=/,mount_tag=host,security_model=none,readonly=on,multidevs=remap" \
        -virtfs "local,path=${folder//,/,,}/share,mount_tag=run,security_model=none,readonly=on" \
        -virtfs "local,path=${results//,/,,},mount_tag=results,security_model=none,multidevs=remap" \
        </dev/null >"$folder/qemu" 2>&1 &
    guest_process[guest]=$!
    on_exit "end_process $!"
    words_to[guest]=$to
    words_from[guest]=$from
    guest_role[guest]=$role
    guest_state[guest]=booting
    guest_heard[guest]=$SECONDS
    forward "$role" "$folder/output.out" >&1
    forward "$role" "$folder/errors.out" >&2
    # A client that finds no socket gives up at once.
    ((hosts == 1 || guest == 1)) || wait_for 10 test -S "$scratch/link"
}

# With two hosts each line says whose it is.
forward() {
    if [[ $1 == single ]]; then
        cat "$2" &
    else
        sed -u "s/^/[$1] /" "$2" &
    fi
    forwarders+=($!)
    on_exit "end_process $!"
}

watch_guests() {
    local guest booted_from=$EPOCHREALTIME command_from=-1 failed_at=-1
    while ! all_are ended; do
        for guest in "${!guest_process[@]}"; do
            hear "$guest"
            if [[ ${guest_state[guest]} == ended ]]; then
                ((guest_status[guest] == 0 || failed_at >= 0)) || failed_at=$SECONDS
            else
                check_alive "$guest"
            fi
        done
        if all_are up; then
            say "up after $(seconds_since "$booted_from") s"
            command_from=$SECONDS
            for guest in "${!guest_process[@]}"; do
                guest_state[guest]=running
                echo go >&"${words_to[guest]}"
            done
        fi
        ((command_from < 0 || SECONDS - command_from <= timeout_s)) ||
            stop "$timed_out" "the command did not end within $timeout_s s"
        ((failed_at < 0 || SECONDS - failed_at <= peer_limit_s)) ||
            stop "$(worst_status)" "the other host did not end within $peer_limit_s s of the first one's failure"
    done
    wait_for "$end_limit_s" none_alive "${guest_process[@]}"
    wait_for "$end_limit_s" none_alive "${forwarders[@]}"
    exit "$(worst_status)"
}

all_are() {
    local state
    for state in "${guest_state[@]}"; do [[ $state == "$1" ]] || return 1; done
}

# Takes what the guest has said, for a fifth of a second at most while it says nothing.
hear() {
    local guest=$1 word value
    while read -r -t 0.2 -u "${words_from[guest]}" word value; do
        guest_heard[guest]=$SECONDS
        case $word in
            up) guest_state[guest]=up ;;
            alive) ;;
            status) guest_state[guest]=ended guest_status[guest]=$value ;;
            failed) stop "$own_failure" "the guest $word $value" "$guest" ;;
        esac
    done
}

check_alive() {
    local guest=$1 limit=$silence_limit_s process
    [[ ${guest_state[guest]} != booting ]] || limit=$boot_limit_s
    if none_alive "${guest_process[guest]}"; then
        hear "$guest"
        [[ ${guest_state[guest]} == ended ]] ||
            stop "$own_failure" "the guest stopped before its command ended" "$guest"
    elif ((SECONDS - guest_heard[guest] > limit)); then
        stop "$own_failure" "the guest gave no sign of life for $limit s" "$guest"
    fi
    for process in "${forwarders[@]:2*guest:2}"; do
        ! none_alive "$process" || none_alive "${guest_process[guest]}" || stop 141 "nobody reads the output any more"
    done
}

none_alive() { ! kill -0 "$@" 2>/dev/null; }

end_process() {
    none_alive "$1" || kill "$1" 2>/dev/null
    wait_for 2 none_alive "$1" || kill -KILL "$1" 2>/dev/null
    wait "$1" 2>/dev/null
}

# stop STATUS REASON [GUEST]: ends the run; shows the last console lines of that guest, or of all.
stop() {
    local status=$1 reason=$2 guest && shift 2
    say "$reason"
    for guest in "${@:-${!guest_process[@]}}"; do
        show_log "${guest_role[guest]}" "$scratch/guest$guest/console"
        show_log "${guest_role[guest]}" "$scratch/guest$guest/qemu"
    done
    exit "$status"
}

show_log() {
    [[ -s $2 ]] || return 0
    say "the last lines of $1's ${2##*/}:"
    tail -n 25 "$2" | tr -d '\r' | cut -c 1-200 | sed 's/^/    /' >&2
}

worst_status() {
    local status worst=0
    for status in "${guest_status[@]}"; do ((status <= worst)) || worst=$status; done
    echo "$worst"
}

seconds_since() {
    local now=$EPOCHREALTIME tenths
    tenths=$(((${now/[.,]/} - ${1/[.,]/}) / 100000))
    echo "$((tenths / 10)).$((tenths % 10))"
}
