package command

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/stream/wav"
	"github.com/tailwave/tailwave/testdata/reference"
)

// TestWAVFilesThatExist: every command reads files with the headers and endings that real programs write in the same
// way, from files and from pipes, and reports under their own names what it does not read.
func TestWAVFilesThatExist(t *testing.T) {
	for _, c := range []struct {
		name   string
		frames int64  // in the file
		note   string // of every command, "" for no note
		lost   string // metadata that a conversion reports
		pipe   string // the error of a pipe
	}{
		{"ambisonic.amb", 4410, "", "", ""},
		{"c_pcm_alaw.wav", 800, "", "", ""},
		{"c_pcm_mulaw.wav", 800, "", "", ""},
		{"concat.wav", 4410, "second RIFF header at byte 8864: not read", "", ""},
		{"concat_stream.wav", 4410, "second RIFF header at byte 8864: not read", "", ""},
		{"data_unaligned.wav", 500, "4 bytes of an incomplete frame at byte 3068, at the end of the data: not read", "", ""},
		{"fmt_after_data.wav", 4410, "", "", "the input cannot seek"},
		{"gst_stream.wav", 3072, "", "LIST", ""},
		{"id3_before.wav", 4410, "ID3v2 tag of 26 bytes in front of the file: not read", "", ""},
		{"mask0_4ch.wav", 4410, "", "", ""},
		{"mask_all_2ch.wav", 4410, "channel mask 0xFFFFFFFF names 32 loudspeakers for 2 channels: ignored", "", ""},
		{"mask_stereo_mono.wav", 4410, "channel mask 0x3 names 2 loudspeakers for 1 channel: ignored", "", ""},
		{"meta.wav", 4410, "", "bext, iXML, smpl, cue, LIST, acid", ""},
		{"odd_data_nopad_list.wav", 4409, "", "LIST", ""},
		{"odd_list_nopad.wav", 4410, "", "LIST", ""},
		{"ph_7fff0000.wav", 4410, "", "", ""},
		{"ph_ffffff9b.wav", 4410, "", "", ""},
		{"ph_ffffffdb.wav", 4410, "", "", ""},
		{"ph_fffffff7.wav", 4410, "", "", ""},
		{"rf64_data32_small.wav", 4410, "", "", ""},
		{"trailing_id3v1.wav", 4410, "128 bytes after the data, from byte 8864 on, an ID3v1 tag: not read", "", ""},
		{"two_data.wav", 2205, "second data chunk at byte 4454, of 4410 bytes: not read", "", ""},
		{"zero_data_goodriff_list.wav", 4410, "", "LIST", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := reference.File(t, "cases", "wav", c.name)
			out := filepath.Join(t.TempDir(), "out.wav")
			want := func(name string, copied bool) (lines string) {
				if c.note != "" {
					lines += fmt.Sprintf("tailwave: %s: %s\n", name, c.note)
				}
				if c.lost != "" && copied {
					lines += fmt.Sprintf("tailwave: %s: metadata not copied to OUT: %s\n", name, c.lost)
				}
				return lines
			}
			o := must(t, nil, "upsample", path, out, "--rate", "88200", "--quiet")
			wantBytes(t, "upsample: standard error", o.err, want(path, true))
			whole := parse(t, readFile(t, out))
			rate := parseInfo(t, path).Rate
			if want := (c.frames*88200 + rate - 1) / rate; whole.Frames != want {
				t.Errorf("upsample: got %d frames, want %d", whole.Frames, want)
			}
			in, err := os.Open(path)
			if err != nil {
				t.Fatal(err)
			}
			defer in.Close()
			o = tailwave(iotest.DataErrReader(in), "upsample", "-", "-", "--rate", "88200", "--quiet")
			if c.pipe != "" {
				o.wantError(t, exitFailed, "standard input: ", c.pipe)
			} else {
				wantBytes(t, "upsample of a pipe: standard error", o.err, want("standard input", true))
				wantBytes(t, "upsample of a pipe", parse(t, []byte(o.out)).raw, whole.raw)
			}
			wantParts(t, "info", must(t, nil, "info", path).out, fmt.Sprintf("frames    %d\n", c.frames), c.note)
			o = must(t, nil, "verify", path, "--rate", "48000", "--runs", "1")
			wantParts(t, "verify", o.out, fmt.Sprintf("one chunk  %d frames", c.frames))
			wantBytes(t, "verify: standard error", o.err, want(path, false))
			if c.frames < 1000 {
				return // too short for frames
			}
			o = must(t, nil, "mel", path, filepath.Join(t.TempDir(), "out.npy"), "--quiet")
			wantBytes(t, "mel: standard error", o.err, want(path, true))
			o = must(t, nil, "vocode", path, filepath.Join(t.TempDir(), "out.wav"), "--quiet", "--gain", "-6")
			wantBytes(t, "vocode: standard error", o.err, want(path, true))
		})
	}
}

// TestCopyReportsMetadata: a copy at the same rate reports the metadata that it loses, like a conversion.
func TestCopyReportsMetadata(t *testing.T) {
	path := reference.File(t, "cases", "wav", "meta.wav")
	for _, c := range []struct {
		name, in, reported string
		stdin              io.Reader
	}{
		{"file", path, path, nil},
		{"pipe", "-", "standard input", iotest.DataErrReader(bytes.NewReader(readFile(t, path)))},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := must(t, c.stdin, "upsample", c.in, filepath.Join(t.TempDir(), "out.wav"), "--rate", "44100", "--quiet")
			wantBytes(t, "standard error", o.err, "tailwave: "+c.reported+": metadata not copied to OUT: bext, iXML, smpl, cue, LIST, acid\n")
		})
	}
}

// parseInfo returns what the header of a file says.
func parseInfo(t *testing.T, path string) wav.Info {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r, err := wav.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	return r.Info()
}

// TestChannelsSurvive: what the channels of a file are is in its conversion too.
func TestChannelsSurvive(t *testing.T) {
	for _, c := range []struct {
		name     string
		channels int
		want     wav.Info // of these fields
	}{
		{"mask0_4ch.wav", 4, wav.Info{Extensible: true}},
		{"mask_all_2ch.wav", 2, wav.Info{}},
		{"mask_stereo_mono.wav", 1, wav.Info{}},
		{"ambisonic.amb", 4, wav.Info{Extensible: true, Ambisonic: true}},
	} {
		t.Run(c.name, func(t *testing.T) {
			out := filepath.Join(t.TempDir(), "out.wav")
			must(t, nil, "upsample", reference.File(t, "cases", "wav", c.name), out, "--rate", "48000", "--quiet")
			i := parse(t, readFile(t, out)).Info
			if i.Channels != c.channels || i.Extensible != c.want.Extensible || i.ChannelMask != c.want.ChannelMask || i.Ambisonic != c.want.Ambisonic {
				t.Errorf("got %+v, want %d channels, extensible %v, mask %#x, ambisonic %v", i, c.channels, c.want.Extensible,
					c.want.ChannelMask, c.want.Ambisonic)
			}
		})
	}
}

// TestKeepPartialEverywhere: every command that reads sound uses what is there of a truncated file with --keep-partial,
// and fails with the number of its frames; without it the error names the flag.
func TestKeepPartialEverywhere(t *testing.T) {
	path := reference.File(t, "cases", "wav", "claims_44_more.wav")
	for name, args := range map[string][]string{
		"upsample":    {"upsample", path, "OUT.wav", "--rate", "48000"},
		"copy":        {"upsample", path, "OUT.wav", "--rate", "44100"},
		"mel":         {"mel", path, "OUT.npy"},
		"vocode":      {"vocode", path, "OUT.wav"},
		"verify":      {"verify", path, "--rate", "48000", "--runs", "1"},
		"verify mels": {"verify", path, "--model", "builtin", "--runs", "1"},
		"codec":       {"codec", "encode", path, "OUT.lyra", "--model", "LYRA"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			out := ""
			for i, a := range args {
				if strings.HasPrefix(a, "OUT") {
					out = filepath.Join(dir, a)
					args[i] = out
				}
				if a == "LYRA" {
					args[i] = lyraModel(t)
				}
			}
			tailwave(nil, args...).wantError(t, exitFailed, path, "after 4410 of 4432 frames", "or use what is there with --keep-partial")
			wantNames(t, dir)
			o := tailwave(nil, append(args, "--keep-partial")...)
			if o.code != exitFailed {
				t.Errorf("--keep-partial: got exit %d, want %d", o.code, exitFailed)
			}
			wantParts(t, "--keep-partial: standard error", o.err, path, "after 4410 of 4432 frames", "what was there has been used")
			if out != "" {
				wantNames(t, dir, filepath.Base(out))
			}
			if strings.HasSuffix(out, ".wav") && name != "vocode" {
				got := parse(t, readFile(t, out))
				if want := 4410 * got.Rate / 44100; got.Frames != want {
					t.Errorf("--keep-partial: got %d frames, want %d", got.Frames, want)
				}
			}
			if name == "verify" {
				wantParts(t, "--keep-partial: standard output", o.out, "4410 frames", "no bit differs")
			}
		})
	}
}

// TestConvertSuggestion: a file of another format is named, with a command that converts it under its own name.
func TestConvertSuggestion(t *testing.T) {
	dir := t.TempDir()
	flac := writeFile(t, filepath.Join(dir, "my song.flac"), []byte("fLaC\x00\x00\x00\x22\x10\x00\x10\x00"))
	gsm := writeFile(t, filepath.Join(dir, "gsm.wav"), []byte(strings.Replace(string(soundBytes(t, 8000, 1, pcm.S16, nil)), "\x10\x00\x00\x00\x01\x00", "\x10\x00\x00\x00\x31\x00", 1)))
	for _, command := range [][]string{{"upsample", "IN", filepath.Join(dir, "out.wav"), "--rate", "48000"}, {"info", "IN"},
		{"mel", "IN", filepath.Join(dir, "out.npy")}, {"verify", "IN", "--rate", "48000"}} {
		for path, want := range map[string]string{
			flac: "looks like FLAC: convert it first: ffmpeg -i '" + flac + "' -c:a pcm_f32le '" + filepath.Join(dir, "my song-pcm.wav") + "'",
			gsm:  "GSM 6.10: convert it first: ffmpeg -i " + gsm + " -c:a pcm_f32le " + filepath.Join(dir, "gsm-pcm.wav"),
		} {
			t.Run(command[0]+" "+filepath.Base(path), func(t *testing.T) {
				args := append([]string{command[0], path}, command[2:]...)
				tailwave(nil, args...).wantError(t, exitFailed, path, want)
			})
		}
	}
	t.Run("pipe", func(t *testing.T) {
		tailwave(strings.NewReader("fLaC\x00\x00\x00\x22\x10\x00\x10\x00"), "info", "-").wantError(t, exitFailed, "standard input: ", "FLAC", "ffmpeg -i - -f wav -")
	})
}

// TestPipeThatStaysOpen: a program that keeps the pipe open after the samples does not keep this one from ending. What
// has arrived is reported.
func TestPipeThatStaysOpen(t *testing.T) {
	for _, rest := range []string{"", "RIFF", string(soundBytes(t, 8000, 1, pcm.S16, tones(10, 1)))} {
		t.Run(fmt.Sprintf("%d bytes follow", len(rest)), func(t *testing.T) {
			r, w := io.Pipe()
			defer w.Close()
			go w.Write(append(soundBytes(t, 8000, 1, pcm.S16, tones(1000, 1)), rest...))
			o := must(t, r, "upsample", "-", filepath.Join(t.TempDir(), "out.wav"), "--rate", "16000", "--quiet")
			if got, want := strings.Contains(o.err, "second RIFF header at byte 2044"), rest != ""; got != want {
				t.Errorf("standard error: got %q, want a second file in it: %v", o.err, want)
			}
		})
	}
}
