package wav

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tailwave/tailwave/dsp/pcm"
)

// TestCodedSamples reads G.711 and ADPCM that ffmpeg encoded, from files and from pipes. The samples are those of a
// decoder that follows the standard; sox rounds Microsoft ADPCM differently, and ffmpeg IMA ADPCM.
func TestCodedSamples(t *testing.T) {
	for _, c := range []struct {
		encoder, name string
		decoder       string
	}{
		{"pcm_alaw", "A-law", "ffmpeg"},
		{"pcm_alaw", "A-law", "sox"},
		{"pcm_mulaw", "mu-law", "ffmpeg"},
		{"pcm_mulaw", "mu-law", "sox"},
		{"adpcm_ms", "Microsoft ADPCM", "ffmpeg"},
		{"adpcm_ima_wav", "IMA ADPCM", "sox"},
	} {
		for _, channels := range []int{1, 2} {
			t.Run(fmt.Sprintf("%s/%d/%s", c.encoder, channels, c.decoder), func(t *testing.T) {
				path := filepath.Join(t.TempDir(), "a.wav")
				tool(t, floatBytes(signal(channels*5003, true)), "ffmpeg", strings.Fields(fmt.Sprintf(
					"-v error -f f32le -ar 22050 -ac %d -i - -c:a %s %s", channels, c.encoder, path))...)
				file, err := os.ReadFile(path)
				if err != nil {
					t.Fatal(err)
				}
				decode := strings.Fields("-v error -i " + path + " -f s16le -")
				if c.decoder == "sox" {
					decode = strings.Fields("-D " + path + " -t s16 -")
				}
				want := tool(t, nil, c.decoder, decode...)
				for kind, in := range map[string]io.Reader{"file": bytes.NewReader(file), "pipe": onlyReader{bytes.NewReader(file)}} {
					r, err := NewReader(in)
					if err != nil {
						t.Fatalf("%s: got error %v, want none", kind, err)
					}
					i := r.Info()
					if i.Encoding != pcm.S16 || i.Name() != c.name || i.Frames != int64(len(want)/2/channels) {
						t.Errorf("%s: info: got %+v, %s, want %v, %s, %d frames", kind, i, i.Name(), pcm.S16, c.name, len(want)/2/channels)
					}
					got, err := readRaw(r, 77)
					if err != nil {
						t.Errorf("%s: got error %v, want none", kind, err)
					}
					wantBytes(t, got, want)
				}
			})
		}
	}
}

// coded returns a mono file of IMA ADPCM, with blocks of 8 bytes for 9 frames each.
func coded(size int64, parts ...string) string {
	return riff(blockFmt(tagIMAADPCM, 1, 8, 4)+join(parts...)) + claim("data", size)
}

// TestCodedEnds: the last block of coded data may be short.
func TestCodedEnds(t *testing.T) {
	block := "\x00\x01\x00\x00abcd" // begins with a sample of 256
	for _, c := range []struct {
		name, file string
		frames     int64 // announced
		want       int   // frames read
		err        error
	}{
		{"whole blocks", coded(24) + block + block + block, 27, 27, nil},
		{"short block", coded(20) + block + block + block[:4], 19, 19, nil},
		{"part of a header", coded(19) + block + block + block[:3], 18, 18, nil},
		{"less than a block", coded(4) + block[:4], 1, 1, nil},
		{"fact of 0", coded(8, chunk("fact", le32(0))) + block, 9, 9, nil},
		{"fact leaves out filler", coded(24, chunk("fact", le32(20))) + block + block + block, 20, 20, nil},
		{"fact leaves out more", coded(24, chunk("fact", le32(18))) + block + block + block, 27, 27, nil},
		{"fact is too much", coded(24, chunk("fact", le32(30))) + block + block + block, 27, 27, nil},
		{"truncated", coded(24) + block + block[:5], 27, 10, io.ErrUnexpectedEOF},
		{"unknown size", coded(-1) + block + block + block[:4], 19, 19, nil},
		{"unknown size, fact leaves out filler", coded(-1, chunk("fact", le32(20))) + block + block + block, 20, 20, nil},
		{"unknown size, fact leaves out more", coded(-1, chunk("fact", le32(10))) + block + block + block, 27, 27, nil},
		{"unknown size, fact, short block", coded(-1, chunk("fact", le32(15))) + block + block[:8], 15, 15, nil},
		{"unknown size, fact, part of a block", coded(-1, chunk("fact", le32(18))) + block + block[:4], 10, 10, nil},
		{"unknown size, fact, part of a header", coded(-1, chunk("fact", le32(5))) + block + block[:3], 5, 5, nil},
		{"unknown size, LIST", coded(-1) + block + block + block[:4] + chunk("LIST", "INFO"), 19, 19, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := open(t, c.file)
			if got := r.Frames(); got != c.frames {
				t.Errorf("announced: got %d frames, want %d", got, c.frames)
			}
			got, err := readRaw(r, 4)
			if len(got) != 2*c.want || !errors.Is(err, c.err) {
				t.Errorf("got %d bytes, error %v, want %d, %v", len(got), err, 2*c.want, c.err)
			}
			if string(got[:2]) != "\x00\x01" {
				t.Errorf("first sample: got % x, want 00 01", got[:2])
			}
			pipe, err := NewReader(onlyReader{strings.NewReader(c.file)})
			if err != nil {
				t.Fatal(err)
			}
			again, err := readRaw(pipe, 4)
			if !bytes.Equal(again, got) || !errors.Is(err, c.err) {
				t.Errorf("pipe: got %d bytes, error %v, want %d, %v", len(again), err, len(got), c.err)
			}
		})
	}
	t.Run("part of a header", func(t *testing.T) {
		for kind, in := range map[string]io.Reader{"file": strings.NewReader(coded(11) + block + block[:3]),
			"pipe": onlyReader{strings.NewReader(coded(11) + block + block[:3])}} {
			r, err := NewReader(in)
			if err != nil {
				t.Fatal(err)
			}
			got, err := readRaw(r, 4)
			const want = "3 bytes of an incomplete frame at byte 52, at the end of the data: not read"
			if n := r.Notes(); len(got) != 18 || err != nil || len(n) != 1 || n[0].Text != want {
				t.Errorf("%s: got %d bytes, error %v, notes %q, want 18 bytes, %q", kind, len(got), err, n, want)
			}
		}
	})
	t.Run("mu-law, pad byte", func(t *testing.T) {
		file := "RIFF" + le32(-1) + "WAVE" + plainFmt(tagMuLaw, 1, 8000, 8) + chunk("fact", le32(7)) + claim("data", -1) + ramp(7) + "\x00"
		for kind, in := range map[string]io.Reader{"file": strings.NewReader(file), "pipe": onlyReader{strings.NewReader(file)}} {
			r, err := NewReader(in)
			if err != nil {
				t.Fatal(err)
			}
			if got, err := readRaw(r, 4); len(got) != 14 || err != nil {
				t.Errorf("%s: got %d bytes, error %v, want 14, no error", kind, len(got), err)
			}
		}
	})
	t.Run("damaged block", func(t *testing.T) {
		r := open(t, coded(16)+block+"\x00\x00\xFF\x00abcd")
		const want = "WAV data block at byte 52: step index 255"
		if got, err := readRaw(r, 4); len(got) != 18 || err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %d bytes, error %v, want 18, %q", len(got), err, want)
		}
	})
}

// TestMSCoefficients: blocks of Microsoft ADPCM use the coefficients in the fmt chunk.
func TestMSCoefficients(t *testing.T) {
	table := le16(7)
	for range 7 {
		table += le16(0) + le16(0)
	}
	mono := blockFmt(tagMSADPCM, 1, 8, 4)[8:] + le16(32) + le16(4) + table + "\x00\x00\x00\x00"
	mono = strings.Replace(mono, table, le16(8)+table[2:]+le16(256)+le16(256), 1)[:len(mono)]
	file := riff(chunk("fmt ", mono), chunk("data", "\x07"+le16(16)+le16(100)+le16(50)+"\x00"))
	got, err := readRaw(open(t, file), 10)
	if want := le16(50) + le16(100) + le16(150) + le16(250); string(got) != want || err != nil {
		t.Errorf("got % x, error %v, want % x, no error", got, err, want)
	}
}
