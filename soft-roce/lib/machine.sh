# Everything that differs between processor architectures.

case $(uname -m) in
    x86_64)
        qemu=qemu-system-x86_64
        qemu_package=qemu-system-x86
        kernel_flavour=amd64
        console=ttyS0
        qemu_machine=(-machine q35,usb=off,vmport=off,smbus=off,hpet=off)
        # Without fast strings: kernel and libc copy by REP MOVSB then, which the emulator runs a byte at a time, as no processor does:
        # most of what is measured would be that. Without SMAP: qemu up to 7.2 reads the user's stack as the kernel when .NET returns by
        # IRETQ, which the kernel then dies of.
        emulated_cpu_without='smap erms fsrm fzrm fsrs fsrc'
        kernel_options='no_timer_check tsc=reliable i8042.noaux i8042.nokbd'
        ;;
    aarch64)
        qemu=qemu-system-aarch64
        qemu_package=qemu-system-arm
        kernel_flavour=arm64
        console=ttyAMA0
        qemu_machine=(-machine virt,gic-version=max)
        emulated_cpu_without=
        kernel_options=
        ;;
    *)
        die "soft-roce knows x86-64 and arm64, not $(uname -m)"
        ;;
esac
readonly qemu qemu_package kernel_flavour console qemu_machine emulated_cpu_without kernel_options
