//go:build unix

package playback

import (
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/tailwave/tailwave/stream/live"
)

// watchSuspend handles SIGTSTP, as from Ctrl-Z: it stops the process once the sink is silent, and resumes the sink when
// the process continues. The function that it returns ends the watch.
func watchSuspend(sink *live.Sink) (end func()) {
	if signal.Ignored(syscall.SIGTSTP) {
		return func() {}
	}
	signals, stop, done := make(chan os.Signal, 1), make(chan struct{}), make(chan struct{})
	signal.Notify(signals, syscall.SIGTSTP)
	go func() {
		defer close(done)
		for {
			select {
			case <-signals:
				resume := sink.Suspend()
				syscall.Kill(os.Getpid(), syscall.SIGSTOP)
				time.Sleep(20 * time.Millisecond) // the stop reaches threads one by one
				resume()
			case <-stop:
				return
			}
		}
	}()
	return func() {
		signal.Stop(signals)
		close(stop)
		<-done
	}
}
