//go:build portaudio

package live

/*
#include <stdio.h>

// The sound libraries report whatever they try in vain, such as every server that does not run, on the C library's
// stderr. They get another stream for that; the descriptor 2 stays what it is, so that nothing of Go's is lost. Only
// where stderr is a variable, as in glibc and on macOS: elsewhere PortAudio's host systems are quiet, or write what
// they write.
static void silence(void) {
#if defined(__GLIBC__) || defined(__APPLE__)
	FILE *nowhere = fopen("/dev/null", "w");
	if (nowhere != NULL) {
		stderr = nowhere;
	}
#endif
}
*/
import "C"

import "sync"

// silenceLibraries keeps what C libraries write to standard error from the user, for the life of the process.
var silenceLibraries = sync.OnceFunc(func() { C.silence() })
