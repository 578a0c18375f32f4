# Way 3: a virtual machine whose root is this machine's, read-only, under a writable layer in memory.

readonly kvm_probe_s=15

vm_usable() {
    need_rdma_packages
    need_vm_packages
    prepare_kernel
    choose_accelerator
    reason="$hosts virtual machine$( ((hosts == 1)) || echo s) with Linux $kernel_version under $accelerator$accelerator_with"
}

# Sets accelerator, accelerator_with and qemu_accelerator.
choose_accelerator() {
    accelerator_with=
    if $instruction_clock; then
        accelerator=TCG
        accelerator_with=', 2 ns to an instruction'
        qemu_accelerator=(-accel tcg,thread=single -icount shift=1,sleep=off -cpu "$(emulated_cpu)")
    elif kvm_works; then
        accelerator=KVM
        qemu_accelerator=(-accel kvm -cpu host)
    else
        accelerator=TCG
        qemu_accelerator=(-accel tcg,thread=multi -cpu "$(emulated_cpu)")
    fi
}

# All that the emulator can do but what is better left out, as far as this version of it knows that.
emulated_cpu() {
    local cpu=max feature known
    known=$("$qemu" -cpu help)
    for feature in $emulated_cpu_without; do
        if grep -qw "$feature" <<<"$known"; then cpu+=,$feature=off; fi
    done
    echo "$cpu"
}

# /dev/kvm may exist and still not run a guest: KVM inside some hypervisors spins for ever in the guest's boot code.
# So a guest is asked to say that it is alive. The answer holds until this machine boots again.
kvm_works() {
    [[ -r /dev/kvm && -w /dev/kvm ]] || return 1
    local boot answer=no
    boot=$(</proc/sys/kernel/random/boot_id)
    if [[ $(cat "$cache/kvm" 2>/dev/null) != "$boot "* ]]; then
        say "asking whether KVM runs a guest here (at most $kvm_probe_s s, once)"
        # In braces, for the shell tells on its own errors that a process was aborted.
        {
            timeout --signal KILL "$kvm_probe_s" "$qemu" "${qemu_machine[@]}" -accel kvm -cpu host -m 512 \
            -nodefaults -no-user-config -no-reboot -display none -serial "file:$scratch/probe.log" \
            -kernel "$kernel_image" -initrd "$initramfs" -append "console=$console panic=-1 soft_roce.probe" \
            </dev/null >/dev/null 2>&1 &
            wait $!
        } 2>/dev/null
        if grep -q 'soft-roce: alive' "$scratch/probe.log" 2>/dev/null; then answer=yes; fi
        echo "$boot $answer" >"$cache/kvm.$$" && mv "$cache/kvm.$$" "$cache/kvm"
    fi
    [[ $(<"$cache/kvm") == *yes ]]
}

vm_run() {
    local -a roles=(single)
    ((hosts == 1)) || roles=(server client)
    local guest
    for guest in "${!roles[@]}"; do
        start_guest "$guest" "${roles[guest]}"
    done
    watch_guests
}

# What the guest is to know, in the folder that it mounts on /run/soft-roce.
write_share() {
    local guest=$1 role=$2 share=$3
    local own=$((guest + 1)) peer=$((hosts == 1 ? 1 : 2 - guest))
    mkdir -p "$share"
    cp "$here/guest/session" "$here/lib/rdma.sh" "$share/"
    {
        printf 'directory=%q\n' "$PWD"
        printf 'kernel_version=%q\n' "$kernel_version"
        printf 'kernel_modules=%q\n' "$kernel_modules"
        printf 'command=('
        printf '%q ' "${command[@]}"
        printf ')\n'
        printf 'export %s=%q\n' \
            RDMA_DEVICE rxe0 RDMA_PROVIDED_BY "vm-${accelerator,,}" RDMA_KERNEL "$kernel_version" \
            RDMA_HOSTS "$hosts" RDMA_ROLE "$role" \
            RDMA_ADDRESS "10.77.0.$own" RDMA_ADDRESS6 "fd77::$own" \
            RDMA_PEER "10.77.0.$peer" RDMA_PEER6 "fd77::$peer" \
            RESULTS "$results" SOFT_ROCE_KERNEL_PACKAGE "$kernel_package"
    } >"$share/settings"
    write_environment >"$share/environment"
    : >"$share/output" >"$share/errors"
}

write_environment() {
    local name
    while read -r name; do
        case " ${passed_variables[*]} " in
            *" $name "*) ;;
            *)
                case $name in
                    SOFT_ROCE | SOFT_ROCE_KERNEL_PACKAGE) continue ;;
                    PATH | HOME | LANG | LC_* | TZ | TERM | CI) ;;
                    DOTNET_* | NUGET_* | FASTSOCKETS_* | SOFT_ROCE_*) ;;
                    *) continue ;;
                esac ;;
        esac
        printf 'export %s=%q\n' "$name" "${!name}"
    done < <(compgen -e)
}
