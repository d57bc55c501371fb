package command

import (
	"bytes"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/tailwave/tailwave/dsp/pcm"
)

// TestVocodeShortSound: the error says whether the sound is too short, or its mels.
func TestVocodeShortSound(t *testing.T) {
	model := tinyMelGAN(t)
	config := filepath.Join(model, "config.json")
	writeFile(t, config, bytes.Replace(readFile(t, config), []byte("{"), []byte(`{"n_fft": 8, `), 1))
	for n, want := range map[int]string{
		4: "standard input: input too short: 4 frames, need at least 5 frames at 8000 Hz",
		5: "standard input: input too short: 3 frames, need at least 4 mel frames",
	} {
		t.Run(fmt.Sprint(n, " frames"), func(t *testing.T) {
			sound := wavBytes(t, 8000, 1, pcm.S16, make([]byte, 2*n))
			tailwave(bytes.NewReader(sound), "verify", "-", "--model", model).wantError(t, exitFailed, want)
			tailwave(bytes.NewReader(sound), "vocode", "-", "-", "--model", model).wantError(t, exitFailed, want)
		})
	}
}
