# The guest's kernel: the distribution's own package, fetched and unpacked (never installed), and an initramfs made of
# busybox and the modules that the guest needs. Both are kept in the cache.

cache=${SOFT_ROCE_CACHE:-$here/cache}

# crc32_generic comes before rdma_rxe, which asks for it by name and has no dependency on it.
readonly -a guest_modules=(virtio_pci 9pnet_virtio 9p overlay
    virtio_net crc32_generic rdma_rxe rdma_ucm ib_uverbs veth dummy sch_netem)

# Sets kernel_package, kernel_image, kernel_modules, kernel_version and initramfs.
prepare_kernel() {
    mkdir -p "$cache" || die "cannot make the cache folder '$cache'"
    cache=$(cd "$cache" && pwd -P)
    local lock
    exec {lock}>"$cache/lock"
    flock "$lock"
    fetch_kernel
    build_initramfs
    exec {lock}>&-
}

fetch_kernel() {
    if [[ ! -f $cache/kernel/complete ]]; then
        download_kernel
        say "unpacking the kernel"
        rm -rf "$cache/kernel"
        mkdir -p "$cache/kernel"
        local package
        for package in "$cache"/packages/*.deb; do
            dpkg-deb -x "$package" "$cache/kernel" || die "cannot unpack $package"
        done
        kernel_files
        depmod -b "$cache/kernel" "$kernel_version" || die "depmod failed on $cache/kernel"
        touch "$cache/kernel/complete"
    fi
    kernel_files
}

kernel_files() {
    [[ -e $cache/kernel/lib || ! -d $cache/kernel/usr/lib/modules ]] || ln -s usr/lib "$cache/kernel/lib"
    kernel_package=$(ls -S "$cache"/packages/*.deb | head -n 1)
    kernel_image=$(echo "$cache"/kernel/boot/vmlinu[xz]-*)
    kernel_modules=$(echo "$cache"/kernel/lib/modules/*)
    kernel_version=${kernel_modules##*/}
    [[ -f $kernel_image && -d $kernel_modules && -f $kernel_package ]] ||
        die "the kernel in $cache is not complete: delete that folder and try again"
}

download_kernel() {
    local -a packages
    mapfile -t packages < <(kernel_packages)
    if ((${#packages[@]} == 0)) || ! download_packages "${packages[@]}"; then
        can_be_root || die "the package lists are empty or old, and only root can update them: sudo apt-get update"
        apt_get update || die "apt-get update failed"
        mapfile -t packages < <(kernel_packages)
        ((${#packages[@]})) || die "no kernel package for $kernel_flavour in the package lists"
        download_packages "${packages[@]}" || die "cannot download ${packages[*]}"
    fi
}

download_packages() {
    say "downloading $*"
    rm -rf "$cache/packages" "$cache/packages.new"
    mkdir -p "$cache/packages.new"
    # apt says in a warning that its unprivileged user cannot write there: harmless.
    (cd "$cache/packages.new" && apt-get -qq download "$@" </dev/null 2>"$scratch/download.log") ||
        { cat "$scratch/download.log" >&2; return 1; }
    mv "$cache/packages.new" "$cache/packages"
}

# The newest 6.1 kernel of the plain flavour if there is one, else the newest 6.x: up to 6.1 rxe works in softirqs, later ones
# wake a kernel thread for each step of each message, which is most of a round trip (twice the time, measured under TCG).
# Ubuntu keeps the modules in packages of their own.
kernel_packages() {
    local newest
    if newest=$(newest_package "linux-image-6\.1\.[0-9]+[^ ]*[0-9]-$kernel_flavour") ||
        newest=$(newest_package "linux-image-6\.[0-9]+\.[0-9]+[^ ]*[0-9]-$kernel_flavour"); then
        echo "$newest"
    elif newest=$(newest_package 'linux-image-6\.[0-9]+\.[0-9]+-[0-9]+-generic'); then
        printf '%s\n' "$newest" "${newest/image/modules}" "${newest/image/modules-extra}"
    fi
}

newest_package() { apt-cache pkgnames linux-image-6. | grep -xE "$1" | sort -V | tail -n 1 | grep .; }

# Rebuilt when the kernel or what goes into it changes. Not compressed: under emulation unpacking costs more than loading.
build_initramfs() {
    local stamp
    stamp=$(cat "$here/guest/init" "$here/lib/kernel.sh" "$(busybox_path)" <(echo "$kernel_version") | sha256sum)
    stamp=${stamp%% *}
    initramfs=$cache/initramfs-${stamp:0:16}
    [[ ! -f $initramfs ]] || return 0

    say "building the initramfs for $kernel_version"
    local root=$scratch/initramfs applet
    mkdir -p "$root"/{bin,modules,proc,sys,dev,host,overlay,root}
    cp "$(busybox_path)" "$root/bin/busybox"
    for applet in sh mount mkdir insmod switch_root poweroff; do ln -s busybox "$root/bin/$applet"; done
    install -m 755 "$here/guest/init" "$root/init"
    copy_modules "$root/modules"
    rm -f "$cache"/initramfs-*
    (cd "$root" && find . | cpio --quiet -o -H newc -R 0:0) >"$initramfs.new" || die "cannot build the initramfs"
    mv "$initramfs.new" "$initramfs"
}

busybox_path() { type -P busybox; }

# Modules in the order in which they load, each before what depends on it. What is built in needs nothing; what a
# later kernel no longer has is left out and shows when the guest starts, if it mattered.
copy_modules() {
    local module kind path name
    for module in "${guest_modules[@]}"; do
        modprobe -C /dev/null -d "$cache/kernel" -S "$kernel_version" --show-depends "$module" 2>/dev/null
    done | awk '$1 == "insmod" && !seen[$2]++' | while read -r kind path _; do
        name=${path##*/}
        case $path in
            *.xz) name=${name%.xz}; xz -dc "$path" >"$1/$name" ;;
            *.zst) name=${name%.zst}; zstd -qdc "$path" >"$1/$name" ;;
            *) cp "$path" "$1/$name" ;;
        esac
        echo "$name" >>"$1/order"
    done
    grep -qx rdma_rxe.ko "$1/order" || die "the kernel $kernel_version has no rdma_rxe"
}
