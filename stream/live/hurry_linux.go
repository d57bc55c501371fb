package live

import (
	"runtime"
	"time"

	"golang.org/x/sys/unix"
)

const (
	playerNice  = -11                    // as PulseAudio
	playerSlice = 100 * time.Microsecond // the shortest there is; Linux 6.12 and later know it
)

// hurry gives the calling goroutine a thread of its own that runs as soon as it can: with a short slice of time, which anybody
// may ask for, since who wants little at a time gets it sooner, and before those that compute, where the system allows that
// (as root, with CAP_SYS_NICE, or within RLIMIT_NICE). The threads that sound libraries start from there inherit both. It ends
// with the goroutine.
//
// It must not be in real time: on the way back from C a thread may have to wait in Go's runtime, in a loop, for the one that
// looks through its goroutine's stack for the garbage collector. If it has just taken that one's processor, the other comes no
// further: 66 ms of silence were measured, until Linux moved it elsewhere.
//
// A priority by nice counts only inside a session where sched_autogroup_enabled is set.
func hurry() {
	runtime.LockOSThread()
	attr, err := unix.SchedGetAttr(0, 0)
	if err != nil || attr.Policy != unix.SCHED_NORMAL { // whoever started the program has chosen
		return
	}
	was := attr.Nice
	attr.Runtime = uint64(playerSlice)
	if was <= 0 { // otherwise it is meant to come after others
		attr.Nice = min(was, playerNice)
	}
	if unix.SchedSetAttr(0, attr, 0) != nil {
		attr.Nice = was
		// Where not even this is allowed, the device is served as everything else is.
		_ = unix.SchedSetAttr(0, attr, 0)
	}
}
