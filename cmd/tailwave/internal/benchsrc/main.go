// Command benchsrc compares the speed of package resample with that of libsoxr, which the program in
// testdata/bench-soxr.c drives. The script testdata/bench-src.sh compiles that program and starts this one:
//
//	benchsrc [-rates "44100-96000 ..."] [-channels "1 2 8"] [-qualities "best high steep"] [-rounds 5] [-create] \
//		PROGRAM
//
// Without -create, it prints one line per case: Hz in, Hz out, channels, quality, the multiples of real time of our
// converter and of libsoxr, and the ratio ours/theirs. The last line is "smallest" and the smallest ratio. A run lasts
// 100 ms, in calls of 4096 frames on one core, in steady state. Ours and theirs run in turn. Each figure, the ratio
// included, is the median over the rounds. best is compared with VHQ, high with HQ, and steep, a bandwidth of 0.99,
// with VHQ and SOXR_STEEP_FILTER.
//
// With -create, it prints one line per pair of rates and quality, with microseconds for one channel: of the first
// resample.New in a process, of later ones with the same arguments, and of soxr_create. The first two are medians over
// the rounds, each in a process of its own; the later ones and those of libsoxr are medians of 25 in one process.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"
)

func main() {
	runtime.GOMAXPROCS(1)
	debug.SetGCPercent(-1)
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "benchsrc:", err)
		os.Exit(1)
	}
}

func run(args []string, out io.Writer) error {
	flags := flag.NewFlagSet("benchsrc", flag.ExitOnError)
	rates := flags.String("rates", allRates, "pairs of sample rates, in Hz")
	channels := flags.String("channels", "1 2 8", "numbers of channels")
	qualities := flags.String("qualities", "best high steep", "qualities")
	rounds := flags.Int("rounds", 5, "runs of each converter per case")
	create := flags.Bool("create", false, "measure the creation of converters")
	once := flags.Bool("once", false, "create converters of one case in this process, and print the times of the first and of later ones")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *create || *once {
		*channels = "1"
	}
	cases, err := parseCases(*rates, *channels, *qualities)
	if err != nil {
		return err
	}
	if *rounds < 1 {
		return fmt.Errorf("rounds %d: must be at least 1", *rounds)
	}
	if *once {
		first, again, err := createOften(cases[0])
		if err == nil {
			_, err = fmt.Fprintln(out, first, again)
		}
		return err
	}
	if flags.NArg() != 1 {
		return fmt.Errorf("%d arguments: want the path of the compiled testdata/bench-soxr.c", flags.NArg())
	}
	theirs, err := start(flags.Arg(0))
	if err != nil {
		return err
	}
	if *create {
		err = compareCreation(out, theirs, cases, *rounds, inProcess)
	} else {
		err = compareSpeed(out, theirs, cases, *rounds)
	}
	if e := theirs.stop(); err == nil {
		err = e
	}
	return err
}
