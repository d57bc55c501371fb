//go:build portaudio

package live

/*
#include <stdio.h>

// The sound libraries report every sound system that they try in vain, such as a server that is not running, on the
// stderr of the C library. This function replaces that variable by a stream to /dev/null. File descriptor 2 stays as it
// is, so nothing that Go writes to os.Stderr is lost. It works only where stderr is a variable, as in glibc and on
// macOS.
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

// silenceLibraries discards what C libraries write to standard error, for the life of the process.
var silenceLibraries = sync.OnceFunc(func() { C.silence() })
