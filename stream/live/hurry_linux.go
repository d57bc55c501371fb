package live

import (
	"runtime"
	"syscall"
)

// playerNice is the priority of PulseAudio's own threads.
const playerNice = -11

// hurry gives the calling goroutine a thread of its own that goes before those that compute, where the system allows it
// (as root, with CAP_SYS_NICE, or within RLIMIT_NICE). The threads that sound libraries start from there inherit that. It
// ends with the goroutine.
func hurry() {
	runtime.LockOSThread()
	if now, err := syscall.Getpriority(syscall.PRIO_PROCESS, syscall.Gettid()); err != nil || 20-now <= playerNice {
		return
	}
	// Where it is not allowed, the device is served as everything else is.
	_ = syscall.Setpriority(syscall.PRIO_PROCESS, syscall.Gettid(), playerNice)
}
