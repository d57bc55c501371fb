#!/usr/bin/env bash
# Runs a static linux/amd64 program under the Bochs emulator, as a processor with AVX-512, so that
# code for instructions the machine at hand does not have can be tested there. For a Go package:
#
#   CGO_ENABLED=0 go test -c -o pkg.test . && emulate.sh pkg.test -test.v -test.short
#
# usage: emulate.sh PROGRAM [ARGUMENT...]
#
# A small Linux guest (a Debian cloud kernel and busybox) boots in Bochs, runs the program as root
# and powers off; that needs no privileges, and a network only to download the kernel once. The
# program's output, both streams, goes to the standard output. Expect some 15 seconds to boot, a
# program one to two hundred times slower than natively, and times measured inside to count
# emulated instructions (100 million of them are one second): they say nothing about speed.
#
# The exit status is the program's, or 2: wrong usage, 3: packages are missing, 124: out of time,
# 125: the emulator or the guest failed (their last messages are then on the standard error).
#
# Environment:
#   EMULATE_CPU      Bochs CPU model (default corei7_skylake_x: AVX-512 F, CD, BW, DQ and VL)
#   EMULATE_DIR      folder to copy into the guest, where the program starts (default: an empty one)
#   EMULATE_TIMEOUT  time limit in seconds (default 900)
#   EMULATE_MEMORY   the guest's memory in MB (default 512)
#   EMULATE_KERNEL   kernel image to boot (default: an installed or downloaded Debian cloud kernel)
#   EMULATE_CACHE    folder that keeps the downloaded kernel (default ~/.cache/emulate)
# GODEBUG, GOGC, GOMAXPROCS, GOMEMLIMIT and GOTRACEBACK are passed on to the program.
set -euo pipefail

fail() { echo "emulate.sh: $2" >&2; exit "$1"; }
# dynamic FILE: whether the program is one that asks for the dynamic linker, at its start.
dynamic() { head -c 16384 "$1" | grep -a '/ld-linux' >/dev/null; }

[[ $# -ge 1 ]] || fail 2 "usage: emulate.sh PROGRAM [ARGUMENT...]"
[[ -f $1 && -r $1 ]] || fail 2 "cannot read the program $1"
if dynamic "$1"; then fail 2 "not a static program: $1 (build it with CGO_ENABLED=0)"; fi
dir=${EMULATE_DIR:-}
[[ -z $dir || -d $dir ]] || fail 2 "EMULATE_DIR is not a folder: $dir"
cache=${EMULATE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/emulate}
bios=/usr/share/bochs/BIOS-bochs-latest
vgabios=/usr/share/bochs/VGABIOS-lgpl-latest
isolinux=/usr/lib/ISOLINUX/isolinux.bin
ldlinux=/usr/lib/syslinux/modules/bios/ldlinux.c32

# What is needed, and the Debian packages that have it.
busybox=$(type -P busybox) || busybox=
missing=()
if ! type -P bochs >/dev/null || [[ ! -r $vgabios ]]; then missing+=(bochs); fi
[[ -r $bios ]] || missing+=(bochsbios)
if [[ -z $busybox ]] || dynamic "$busybox"; then missing+=(busybox-static); fi
[[ -r $isolinux ]] || missing+=(isolinux)
[[ -r $ldlinux ]] || missing+=(syslinux-common)
type -P xorriso >/dev/null || missing+=(xorriso)
[[ ${#missing[@]} -eq 0 ]] || fail 3 "missing Debian packages: ${missing[*]}"

tmp=$(mktemp -d)
pid=
cleanup() {
	if [[ -n $pid ]]; then kill "$pid" 2>/dev/null && wait "$pid" || true; fi
	rm -rf "$tmp"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# The kernel: a Debian cloud kernel has the serial ports built in, so that no modules are needed,
# and unpacks quickly.
kernel=${EMULATE_KERNEL:-}
for k in "$cache"/vmlinuz /boot/vmlinuz-*-cloud-amd64; do
	if [[ -z $kernel && -r $k ]]; then kernel=$k; fi
done
if [[ -z $kernel ]]; then
	package=$(apt-cache depends linux-image-cloud-amd64 2>/dev/null |
		awk '/Depends: linux-image-/ { print $2; exit }') || package=
	[[ -n $package ]] || fail 3 "missing Debian packages: linux-image-cloud-amd64 (or set EMULATE_KERNEL)"
	(cd "$tmp" && apt-get download "$package") >"$tmp/apt.log" 2>&1 ||
		{ cat "$tmp/apt.log" >&2; fail 3 "missing Debian packages: $package (it could not be downloaded)"; }
	kernel=$cache/vmlinuz
	mkdir -p "$cache"
	dpkg-deb --fsys-tarfile "$tmp/$package"_*.deb | tar -xO --wildcards './boot/vmlinuz-*' >"$kernel.$$"
	mv "$kernel.$$" "$kernel"
fi

# The guest's files. The kernel's messages and the exit status go to the first serial port, the
# output of the program to the second one.
quote() { if [[ $# -gt 0 ]]; then printf "'%s' " "${@//\'/\'\\\'\'}"; fi; }
root=$tmp/root iso=$tmp/iso
mkdir -p "$root"/{bin,dev,proc,sys,tmp,work} "$iso"
cp "$busybox" "$root/bin/busybox"
cp "$1" "$root/bin/program"
chmod 755 "$root/bin/program"
shift
if [[ -n $dir ]]; then cp -RL "$dir/." "$root/work"; fi
{
	cat <<-'END'
		#!/bin/busybox sh
		busybox mount -t devtmpfs dev /dev
		busybox mount -t proc proc /proc
		busybox mount -t sysfs sys /sys
		busybox ifconfig lo 127.0.0.1 up
		exec 3>/dev/ttyS1
		busybox stty raw 115200 <&3
		export PATH=/bin HOME=/tmp TMPDIR=/tmp
	END
	for name in GODEBUG GOGC GOMAXPROCS GOMEMLIMIT GOTRACEBACK; do
		if [[ -n ${!name:-} ]]; then echo "export $name=$(quote "${!name}")"; fi
	done
	# Without AVX-512 after all, tests would be skipped, and pass.
	if [[ -z ${EMULATE_CPU:-} ]]; then
		echo "busybox grep -qw avx512f /proc/cpuinfo || {"
		echo 'echo "<0>emulate: Linux does not offer AVX-512" >/dev/kmsg; busybox poweroff -f; }'
	fi
	echo "cd /work"
	echo "program $(quote "$@") </dev/null >&3 2>&3 3>&-"
	# Closing the port waits until all of the output is sent.
	cat <<-'END'
		status=$?
		exec 3>&-
		echo "<0>emulate: exit status $status" >/dev/kmsg
		busybox poweroff -f
	END
} >"$root/init"
chmod 755 "$root/init"
(cd "$root" && find . | "$busybox" cpio -o -H newc) >"$iso/initrd" 2>"$tmp/cpio.log" ||
	{ cat "$tmp/cpio.log" >&2; fail 125 "cannot make the initial file system"; }

# The kernel's command line. For XSAVES and XSAVEC, Bochs 2.7 reports a size that Linux finds
# inconsistent, and Linux then does without AVX: hence noxsaves and clearcpuid. The frequency is given
# because the model's CPUID names one that Bochs does not run at. The self tests of the kernel's
# cryptography would double the time to boot. A panic ends Bochs, by a triple fault.
mhz=100
cp "$kernel" "$iso/linux"
cp "$isolinux" "$ldlinux" "$iso"
cat >"$iso/isolinux.cfg" <<-END
	default linux
	prompt 0
	label linux
	  kernel linux
	  initrd initrd
	  append console=ttyS0,115200 quiet nokaslr mitigations=off noxsaves clearcpuid=xsavec tsc=reliable tsc_early_khz=${mhz}000 cryptomgr.notests panic=-1 reboot=t
END
xorriso -as mkisofs -quiet -o "$tmp/boot.iso" -b isolinux.bin -c boot.cat -no-emul-boot \
	-boot-load-size 4 -boot-info-table "$iso" >"$tmp/xorriso.log" 2>&1 ||
	{ cat "$tmp/xorriso.log" >&2; fail 125 "cannot make the boot image"; }

# Of the display libraries in the package, only rfb, a VNC server, needs no display: it is told
# not to wait for a client and, where the system allows, given a network of its own.
cat >"$tmp/bochsrc" <<-END
	config_interface: textconfig
	display_library: rfb, options="timeout=0"
	cpu: model=${EMULATE_CPU:-corei7_skylake_x}, count=1, ips=${mhz}000000, reset_on_triple_fault=0
	memory: guest=${EMULATE_MEMORY:-512}, host=${EMULATE_MEMORY:-512}
	romimage: file=$bios
	vgaromimage: file=$vgabios
	ata0-master: type=cdrom, path=boot.iso, status=inserted
	boot: cdrom
	clock: sync=none, time0=utc
	com1: enabled=1, mode=file, dev=console
	com2: enabled=1, mode=file, dev=output
	plugin_ctrl: speaker=0
	sound: driver=dummy
	log: bochs.log
	panic: action=fatal
	error: action=ignore
	info: action=ignore
END
isolate=(unshare --map-root-user --net)
"${isolate[@]}" true 2>/dev/null || isolate=()
cd "$tmp"
: >console >output
# Debian's Bochs has the debugger built in, which waits for a command: c, continue.
timeout --kill-after=10 "${EMULATE_TIMEOUT:-900}" "${isolate[@]}" bochs -q -f bochsrc <<<c >bochs.out 2>&1 &
pid=$!
tail -c +1 -s 0.2 -f --pid="$pid" output &
ended=0
wait "$pid" || ended=$?
pid=
wait

status=$(sed -n 's/.*emulate: exit status \([0-9][0-9]*\).*/\1/p' console | tail -n 1)
if [[ -n $status ]]; then exit "$status"; fi
if [[ $ended -eq 124 || $ended -eq 137 ]]; then fail 124 "out of time"; fi
for log in bochs.out bochs.log console; do
	if [[ -s $log ]]; then tail -n 20 "$log" >&2; fi
done
fail 125 "the guest ended without running the program to its end"
