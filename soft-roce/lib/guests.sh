# Starting virtual machines and watching over them until each has told its status.

readonly boot_limit_s=${SOFT_ROCE_BOOT_LIMIT:-180}      # for a guest to say that it is up
readonly silence_limit_s=${SOFT_ROCE_SILENCE_LIMIT:-90} # between its signs of life
readonly peer_limit_s=10                                # for the other guest, when one has failed
readonly end_limit_s=10                                 # for a guest to power off

# One element for each guest. State: booting → up → running → ended.
declare -a guest_share=() guest_process=() guest_role=() guest_state=() guest_status=() guest_life=() guest_heard=()
declare -a forwarders=()

start_guest() {
    local guest=$1 role=$2 folder=$scratch/guest$1
    local share=$folder/share
    mkdir "$folder"
    write_share "$guest" "$role" "$share"

    local -a network=(-nic none)
    if ((hosts == 2)); then
        network=(-netdev "stream,id=link,server=$( ((guest)) && echo off || echo on),addr.type=unix,addr.path=$(
            qemu_value "$scratch/link")"
            -device "virtio-net-pci,netdev=link,romfile=,mac=52:54:00:77:00:0$((guest + 1))")
    fi
    # pdeathsig: the guest ends with this script even when that is killed with -9.
    setpriv --pdeathsig KILL "$qemu" "${qemu_machine[@]}" "${qemu_accelerator[@]}" \
        -smp "$cpus" -m "$memory_mb" -nodefaults -no-user-config -no-reboot -display none \
        -kernel "$kernel_image" -initrd "$initramfs" \
        -append "console=$console quiet loglevel=4 panic=-1 mitigations=off nokaslr nowatchdog $kernel_options" \
        -serial "file:$folder/console" "${network[@]}" \
        -virtfs "local,path=/,mount_tag=host,security_model=none,readonly=on,multidevs=remap" \
        -virtfs "local,path=$(qemu_value "$share"),mount_tag=run,security_model=none" \
        -virtfs "local,path=$(qemu_value "$results"),mount_tag=results,security_model=none,multidevs=remap" \
        </dev/null >"$folder/qemu" 2>&1 &
    on_exit "end_process $!"
    guest_share[guest]=$share
    guest_process[guest]=$!
    guest_role[guest]=$role
    guest_state[guest]=booting
    guest_status[guest]=0
    guest_life[guest]=
    guest_heard[guest]=$SECONDS
    forward "$guest" "$share/output"
    forward "$guest" "$share/errors" >&2
    # A client that finds no socket gives up at once.
    ((hosts == 1 || guest == 1)) || wait_for 10 test -S "$scratch/link"
}

# A comma in a value is written twice.
qemu_value() { echo "${1//,/,,}"; }

# Passes on what the guest writes as it comes, until the guest is gone. With two hosts each line says whose it is.
forward() {
    local -a follow=(tail -c +1 -s 0.1 --pid "${guest_process[$1]}" -f "$2")
    if ((hosts == 1)); then
        "${follow[@]}" &
    else
        "${follow[@]}" | sed -u "s/^/[${guest_role[$1]}] /" &
    fi
    forwarders+=($!)
    on_exit "end_process $!"
}

watch_guests() {
    local guest started=$EPOCHREALTIME command_started= failed=
    until all_are ended; do
        pause
        for guest in "${!guest_process[@]}"; do
            look_at "$guest"
            if [[ -z $failed ]] && ((guest_status[guest])); then failed=$SECONDS; fi
        done
        if all_are up; then
            say "up after $(seconds_since "$started") s"
            command_started=$SECONDS
            for guest in "${!guest_process[@]}"; do
                guest_state[guest]=running
                : >"${guest_share[guest]}/go"
            done
        fi
        if [[ $command_started ]] && ((SECONDS - command_started > timeout_s)); then
            stop "$timed_out" "the command did not end within $timeout_s s"
        elif [[ $failed ]] && ((SECONDS - failed > peer_limit_s)) && ! all_are ended; then
            stop "$(worst_status)" "one host failed, and the other did not end within $peer_limit_s s after it"
        fi
    done
    wait_for "$end_limit_s" none_alive "${guest_process[@]}"
    wait_for "$end_limit_s" none_alive "${forwarders[@]}"
    exit "$(worst_status)"
}

all_are() {
    local state
    for state in "${guest_state[@]}"; do [[ $state == "$1" ]] || return 1; done
}

look_at() {
    local guest=$1 share=${guest_share[$1]} gone=false life= limit=$silence_limit_s process
    # Asked first: a guest that is found gone has already told all that it will.
    ! none_alive "${guest_process[guest]}" || gone=true
    if [[ -e $share/status ]]; then
        guest_status[guest]=$(<"$share/status")
        guest_state[guest]=ended
        return
    elif [[ -e $share/failed ]]; then
        stop "$own_failure" "the guest failed: $(<"$share/failed")" "$guest"
    elif $gone; then
        stop "$own_failure" "the guest stopped before its command ended" "$guest"
    elif [[ ${guest_state[guest]} == booting ]]; then
        limit=$boot_limit_s
        if [[ -e $share/up ]]; then
            guest_state[guest]=up
            guest_heard[guest]=$SECONDS
        fi
    elif { read -r life <"$share/alive"; } 2>/dev/null && [[ $life != "${guest_life[guest]}" ]]; then
        guest_life[guest]=$life
        guest_heard[guest]=$SECONDS
    fi
    if ((SECONDS - guest_heard[guest] > limit)); then
        stop "$own_failure" "the guest gave no sign of life for $limit s" "$guest"
    fi
    for process in "${forwarders[@]:2*guest:2}"; do
        ! none_alive "$process" || none_alive "${guest_process[guest]}" || stop 141 'nobody reads the output any more'
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
    say "the last lines of the ${2##*/} ($1):"
    tail -n 60 "$2" | tr -d '\r' | cut -c 1-200 | sed 's/^/    /' >&2
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
