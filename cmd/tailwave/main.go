// Command tailwave converts sample rates, turns sound into mel frames and mel frames into sound, encodes speech,
// plays, and verifies. It processes sound as a stream of frames, and its output has the same bits for any chunk size
// and any number of threads:
//
//	tailwave upsample in.wav out.wav --rate 48000
//	tailwave vocode speech.wav out.wav --model hifigan/
//	acoustic-model | tailwave vocode - --model hifigan/ --play
//
// The help of each command, as in tailwave upsample --help, describes its arguments and flags. The following holds for
// all commands.
//
// # Inputs
//
// WAV, RF64 and BW64 files may hold integer or float PCM, G.711, IMA ADPCM or Microsoft ADPCM. A header that cannot be
// right is read for what the file holds: a size that a pipe did not know or that wrapped at 4 GiB, missing pad bytes,
// or chunks in another order. Bytes that are not read (a second file, bytes after the last chunk) and metadata that
// OUT lacks are reported on standard error, also with --quiet. With --keep-partial, a truncated IN is used up to its
// last complete frame, and the exit status is 1.
//
// # Outputs
//
// OUT is checked before IN is read, and appears under its name when it is finished. A run that fails leaves no file,
// with three exceptions: --keep-partial used a truncated IN, codec decode read a damaged file, or an interrupt or a
// failing device ended --play.
//
// Every NaN is written as 0x7FC00000, in f64 as 0x7FF8000000000000, also if the samples are only copied.
//
// On Linux, a new OUT has no name until it is complete if the file system supports such files (ext4, XFS, Btrfs,
// tmpfs): even kill -9 leaves no file. With --force, and on other systems, a killed run can leave one hidden file,
// .OUT.tailwave-*, with at most 100 bytes of the name of OUT. The next run to the same OUT removes it if no process
// holds its lock. On Windows, which has no such lock, it stays.
//
// --force replaces an existing file. The new file gets its owner and mode, with the setuid, setgid and sticky bits, as
// far as that is permitted, but not its access control lists and extended attributes. A symbolic link stays, and its
// target is replaced. Other hard links keep the old content.
//
// --sync waits until OUT and its folder are on the disk before the run succeeds. OUT must be a file.
//
// # Standard streams
//
// "-" as IN is standard input, and "-" as OUT is standard output. Sound for a standard output that was closed before
// the start (>&-) is an error. A /dev/null that the parent process opened for reading and writing looks the same and
// also counts as closed. After > /dev/null, and with /dev/null as OUT, the sound is discarded.
//
// When the reader of standard output closes it, SIGPIPE ends the run. When the reader of standard error closes it, the
// run continues.
//
// # Errors, signals and exit status
//
// An error or a warning is one line of at most 400 characters on standard error: the file, what is wrong, and what to
// do. --quiet suppresses progress and summaries, never warnings.
//
// SIGINT, SIGTERM, SIGHUP and SIGQUIT end a run and remove its temporary file. If the sound is also played, it fades
// out, and OUT is completed with the sound so far.
//
// The exit status is 0 for success, 1 for a failure or an interrupt, and 2 for wrong arguments or flags.
//
// # Instructions
//
// The environment variable TAILWAVE_CPU=generic, avx2 or avx512 selects the instructions to compute with. The default
// is the fastest that the processor supports. The result is the same.
package main

import (
	"os"

	"github.com/tailwave/tailwave/cmd/tailwave/internal/command"
)

func main() { os.Exit(command.Main()) }
