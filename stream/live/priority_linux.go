package live

import (
	"runtime"
	"time"

	"golang.org/x/sys/unix"
)

const (
	playerNice  = -11                    // as PulseAudio
	playerSlice = 100 * time.Microsecond // the shortest that Linux accepts; Linux before 6.12 ignores it
)

// raisePriority locks the calling goroutine to a thread and makes the kernel schedule that thread soon after it wakes.
// It sets a short time slice, which needs no privilege: the scheduler prefers a thread that asks for less at a time. It
// sets a negative nice value where the system allows it (as root, with CAP_SYS_NICE, or within RLIMIT_NICE). Threads
// that sound libraries start from this thread inherit both. The thread ends with the goroutine.
//
// The policy must not be a real-time one. A thread that returns from C may have to spin in Go's runtime until the
// garbage collector has scanned its goroutine's stack. If the spinning thread has real-time priority and has preempted
// the thread that scans, on the same processor, neither makes progress until Linux migrates one of them: a gap of 66 ms
// was measured.
//
// Where sched_autogroup_enabled is set, nice values count only among the threads of one session.
func raisePriority() {
	runtime.LockOSThread()
	attr, err := unix.SchedGetAttr(0, 0)
	if err != nil || attr.Policy != unix.SCHED_NORMAL {
		return // the user has chosen a policy for the program
	}
	was := attr.Nice
	attr.Runtime = uint64(playerSlice)
	if was <= 0 { // a positive value was chosen by the user, who wants the program to yield to others
		attr.Nice = min(was, playerNice)
	}
	if unix.SchedSetAttr(0, attr, 0) != nil {
		attr.Nice = was
		// If this fails too, the thread keeps the usual priority.
		_ = unix.SchedSetAttr(0, attr, 0)
	}
}
