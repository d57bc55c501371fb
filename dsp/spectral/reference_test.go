package spectral

import (
	"encoding/binary"
	"os"
	"testing"
)

// readMono16 returns the rate and the first channel of a 16-bit WAV file with a plain header.
func readMono16(t testing.TB, path string) (rate int, samples []float32) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	channels := 1
	for at := 12; at+8 <= len(b); {
		id, size := string(b[at:at+4]), int(binary.LittleEndian.Uint32(b[at+4:]))
		body := b[at+8:]
		body = body[:min(size, len(body))]
		switch id {
		case "fmt ":
			channels, rate = int(binary.LittleEndian.Uint16(body[2:])), int(binary.LittleEndian.Uint32(body[4:]))
			if bits := binary.LittleEndian.Uint16(body[14:]); bits != 16 {
				t.Fatalf("%s: %d bits", path, bits)
			}
		case "data":
			for ; len(body) >= 2*channels; body = body[2*channels:] {
				samples = append(samples, float32(int16(binary.LittleEndian.Uint16(body)))/32768)
			}
		}
		at += 8 + size + size%2
	}
	return rate, samples
}
