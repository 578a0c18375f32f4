# What is missing is installed from the distribution's packages.

readonly -a apt_options=(-qq -o DPkg::Lock::Timeout=300 -o APT::Update::Error-Mode=any)

apt_get() { as_root env DEBIAN_FRONTEND=noninteractive apt-get "${apt_options[@]}" "$@" </dev/null >&2; }

# One apt-get at a time: index updates do not wait for one another's lock.
need_packages() {
    local -a missing
    mapfile -t missing < <(missing_packages "$@")
    ((${#missing[@]})) || return 0
    command -v apt-get >/dev/null || die "missing: ${missing[*]} (installed by hand where there is no apt-get)"
    can_be_root || die "missing: ${missing[*]} (to install them I must be root or have sudo)"
    say "installing ${missing[*]}"
    (
        flock 9
        mapfile -t missing < <(missing_packages "$@")
        ((${#missing[@]})) || exit 0
        apt_get install -y --no-install-recommends "${missing[@]}" ||
            { apt_get update && apt_get install -y --no-install-recommends "${missing[@]}"; }
    ) 9>>"$(package_lock)" || die "could not install: ${missing[*]}"
}

missing_packages() {
    local package
    for package in "$@"; do
        [[ $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) == installed ]] || printf '%s\n' "$package"
    done
}

package_lock() { printf '%s/soft-roce-packages.%s.lock\n' "${TMPDIR:-/tmp}" "$EUID"; }

# Without dpkg the packages have other names, and what counts is what they bring.
need_commands() {
    local command
    local -a missing=()
    for command in "$@"; do
        command -v "$command" >/dev/null || missing+=("$command")
    done
    ((${#missing[@]} == 0)) || die "missing: ${missing[*]} (installed by hand where there is no dpkg)"
}

has_dpkg() { command -v dpkg-query >/dev/null; }

# Tools that use the device, wherever it is.
need_rdma_packages() {
    has_dpkg || { need_commands ib_write_bw rstream ibv_devinfo ip; return; }
    need_packages rdma-core ibverbs-providers librdmacm1 ibverbs-utils rdmacm-utils perftest iproute2 kmod iputils-ping
}

# For what compiles against rdma-core here.
need_compiler_packages() {
    has_dpkg || { need_commands gcc; return; }
    need_packages gcc libc6-dev libibverbs-dev librdmacm-dev
}

need_vm_packages() { need_packages "$qemu_package" busybox-static cpio xz-utils zstd; }
