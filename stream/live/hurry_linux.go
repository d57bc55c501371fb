package live

import (
	"runtime"

	"golang.org/x/sys/unix"
)

const (
	playerRealtime = 5   // SCHED_RR, as PulseAudio's sinks
	playerNice     = -11 // as the rest of PulseAudio
)

// hurry gives the calling goroutine a thread of its own that runs as soon as it can: in real time, or else before those that
// compute, where the system allows that (as root, with CAP_SYS_NICE, or within RLIMIT_RTPRIO or RLIMIT_NICE). The threads that
// sound libraries start from there inherit it. It ends with the goroutine.
//
// With a single processor it is not real time: a thread that waits in Go's runtime for another would keep that from running.
// Nor does it burn time: it sleeps in the device's calls, and what it does for 10 ms of sound takes microseconds.
//
// A priority by nice alone counts only inside a session where sched_autogroup_enabled is set.
func hurry() {
	runtime.LockOSThread()
	attr := unix.SchedAttr{Size: unix.SizeofSchedAttr, Policy: unix.SCHED_RR, Priority: playerRealtime}
	if runtime.NumCPU() > 1 && unix.SchedSetAttr(0, &attr, 0) == nil {
		return
	}
	if now, err := unix.Getpriority(unix.PRIO_PROCESS, 0); err != nil || 20-now <= playerNice {
		return
	}
	// Where it is not allowed, the device is served as everything else is.
	_ = unix.Setpriority(unix.PRIO_PROCESS, 0, playerNice)
}
