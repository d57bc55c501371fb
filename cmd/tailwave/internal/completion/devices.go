package completion

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/tailwave/tailwave/cmd/tailwave/internal/cli"
	"github.com/tailwave/tailwave/cmd/tailwave/internal/playback"
	"github.com/tailwave/tailwave/stream/live"
)

// answerTime is how long a sound system may take to list its devices.
const answerTime = 2 * time.Second

// devices returns the completion by sound devices: by the index of each, described by its name, or by the name once its
// first letter is there. A build that cannot play, and a sound system that fails or hangs, has no devices.
func devices(open playback.Opener) cobra.CompletionFunc {
	return func(_ *cobra.Command, _ []string, word string) ([]string, cobra.ShellCompDirective) {
		answer := make(chan []live.Device, 1)
		go func() { answer <- ask(open) }()
		var list []string
		select {
		case devices := <-answer:
			for _, d := range devices {
				name := cli.Printable(d.Name)
				list = append(list, fmt.Sprintf("%d\t%s, %s", d.Index, name, d.API))
				if word != "" && strings.HasPrefix(name, word) {
					list = append(list, name+"\t"+strconv.Itoa(d.Index)+", "+d.API)
				}
			}
		case <-time.After(answerTime):
		}
		return list, cobra.ShellCompDirectiveNoFileComp
	}
}

// ask returns the devices that the sound system has.
func ask(open playback.Opener) []live.Device {
	host, err := open(false)
	if err != nil {
		return nil
	}
	defer host.Close()
	list, _ := host.Devices()
	return list
}
